/** The pattern of names that become parts of host names, in words. */
export const NAME_IN_WORDS = 'Lower-case letters, digits and dashes, at most 40, no dash at either end.';
