import { expandWord, OWN, UNKNOWN, type ValueOf } from './expand-word.ts';
import { readAssignments } from './read-assignments.ts';

const ownNames = ['PLATFORM', 'OS', 'OSVERSION', 'ARCH', 'VARIANT'].flatMap((name) => [
  `TARGET${name}`,
  `BUILD${name}`,
]);
const own = new Set([...ownNames, 'TARGETSTAGE']);

/** What ENV and ARG have set, as far as every version of BuildKit takes the same value. */
export interface StageVariables {
  valueOf: ValueOf;
  /** Puts in what ENV or ARG says. */
  declare: (text: string, isArgument: boolean, escape: string) => void;
  /** For a stage that begins with this one: older versions hand on what ENV has set alone. */
  inherit: () => StageVariables;
  /** Nothing that was set is known any more. */
  forget: () => void;
}

export interface GivenVariables {
  /** Arguments that win over defaults. */
  buildArgs: Readonly<Record<string, string>>;
  /** The arguments before the first stage; undefined: these are they. */
  global: StageVariables | undefined;
  /** Variables that nobody can say the value of. */
  isDoubtful: (name: string) => boolean;
}

/** The names that ENV or ARG sets; undefined: nobody can say which. */
export function declaredNames(text: string, isArgument: boolean, escape: string): string[] | undefined {
  const names = readAssignments(text, isArgument, escape).map(({ name }) => expandWord(name, escape, () => undefined));
  return names.some((name) => name.includes(UNKNOWN)) ? undefined : names;
}

export function createStageVariables(
  given: GivenVariables,
  from: ReadonlyMap<string, string> = new Map(),
): StageVariables {
  const { buildArgs, global, isDoubtful } = given;
  const values = new Map(from);
  const byArgument = new Set<string>();
  if (global === undefined) for (const name of own) values.set(name, buildArgs[name] ?? OWN);

  const valueOf = (name: string) => (isDoubtful(name) ? undefined : values.get(name));

  /** What an argument says of its name; the same as before where it says nothing. */
  function argument(name: string, written: string | undefined): string {
    const known = buildArgs[name] ?? written ?? global?.valueOf(name);
    if (known !== undefined)
      return own.has(name) && written !== undefined && buildArgs[name] === undefined ? UNKNOWN : known;
    // An argument without a value is empty, unless BuildKit has one of this name.
    return values.get(name) ?? (/^(?:TARGET|BUILD)/.test(name) ? OWN : '');
  }

  return {
    valueOf,

    declare(text, isArgument, escape) {
      const assignments = readAssignments(text, isArgument, escape).map(({ name, value }) => ({
        name: expandWord(name, escape, valueOf),
        value,
      }));
      const names = new Set(assignments.map(({ name }) => name));
      // ENV takes all values from before it; for ARG versions differ.
      const before = new Map(values);
      const lookUp: ValueOf = (name) =>
        isDoubtful(name) || (isArgument && names.size > 1 && names.has(name)) ? undefined : before.get(name);
      for (const { name, value } of assignments) {
        const written = value === undefined ? undefined : expandWord(value, escape, lookUp);
        if (/[\0\x01]/.test(name)) values.clear();
        else if (!isArgument) {
          values.set(name, written ?? UNKNOWN);
          byArgument.delete(name);
        } else {
          const next = argument(name, written);
          // Newer versions take the last one, older ones the first, and ENV always.
          const isOther = values.has(name) && values.get(name) !== next && !(global === undefined && own.has(name));
          if (!values.has(name)) byArgument.add(name);
          values.set(name, isOther ? UNKNOWN : next);
        }
      }
    },

    forget() {
      for (const name of values.keys()) values.set(name, UNKNOWN);
    },

    inherit: () => createStageVariables(given, new Map([...values].filter(([name]) => !byArgument.has(name)))),
  };
}
