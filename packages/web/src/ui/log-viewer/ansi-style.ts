import type { CSSProperties } from 'react';
import type { AnsiStyle } from './ansi.ts';

type Color = NonNullable<AnsiStyle['color']>;

// Colours that a program chose freely are brought to a lightness that can be read on the theme's ground.
function asText(color: Color): string {
  if (typeof color === 'number') return `var(--color-ansi-${color})`;
  const rgb = `rgb(${color.join(' ')})`;
  return `light-dark(oklch(from ${rgb} min(l, 0.52) c h), oklch(from ${rgb} max(l, 0.72) c h))`;
}

// A tint, on which the theme's text can be read, whatever was asked for.
function asGround(color: Color): string {
  const full = typeof color === 'number' ? `var(--color-ansi-${color})` : `rgb(${color.join(' ')})`;
  return `color-mix(in oklab, ${full} 22%, transparent)`;
}

/** The CSS of a piece of a log line; undefined for plain text. */
export function ansiCss(style: AnsiStyle): CSSProperties | undefined {
  const css: CSSProperties = {};
  const { color, background, inverse } = style;
  if (inverse === true) css.backgroundColor = asGround(color ?? 7);
  else if (color !== undefined) css.color = asText(color);
  if (background !== undefined) {
    if (inverse === true) css.color = asText(background);
    else css.backgroundColor = asGround(background);
  }
  if (style.bold === true) css.fontWeight = 600;
  if (style.dim === true && css.color === undefined) css.color = 'var(--color-subtle)';
  if (style.italic === true) css.fontStyle = 'italic';
  if (style.underline === true || style.strike === true) {
    css.textDecorationLine = [style.underline === true ? 'underline' : '', style.strike === true ? 'line-through' : '']
      .join(' ')
      .trim();
  }
  return Object.keys(css).length === 0 ? undefined : css;
}
