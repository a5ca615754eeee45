import type { LanguageDetector } from '../detection.ts';
import { deno } from './deno.ts';
import { go } from './go.ts';
import { gradle } from './java/gradle.ts';
import { maven } from './java/maven.ts';
import { node } from './node/node.ts';
import { php } from './php.ts';
import { python } from './python/python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { shell, startScript } from './shell.ts';
import { staticSite } from './static.ts';

/**
 * Asked in this order; the first that says yes is it. Languages whose applications often bring a package.json for their assets
 * come before Node; what merely lies around in many repositories (HTML, scripts) comes last.
 */
export const languages: readonly LanguageDetector[] = [
  php,
  ruby,
  go,
  rust,
  maven,
  gradle,
  python,
  deno,
  node,
  startScript,
  staticSite,
  shell,
];
