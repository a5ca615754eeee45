import colors from 'picocolors';

/** What the application says to a visitor, and to its log. */
export function greet(name) {
  console.log(colors.cyan(`greeting ${name}`));
  return `Hello ${name}, from a pnpm workspace\n`;
}
