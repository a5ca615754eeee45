/**
 * The token of an invitation's link, `/invitation#TOKEN`. It stands behind the `#`, which browsers send to no server and so no
 * log keeps; it is taken off the address at once, so that it is not left in a history or a screenshot either.
 */
export function takeInvitationToken(): string {
  const token = decodeURIComponentSafely(window.location.hash.slice(1));
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
