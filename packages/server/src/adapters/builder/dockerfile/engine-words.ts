/** What a client says before all else when what builds images does not answer it. */
const away =
  /^(?:(?:listing workers for Build: )?failed to list workers|cannot connect to the docker daemon|failed to connect to the docker api)/i;
const lost =
  /^(?:failed to receive status: |rpc error: code = Unavailable desc = )*(?:(?:unexpected )?EOF$|error reading from server|transport is closing|error during connect)/i;

/** Whether it says that nobody answered it. From its beginning: a registry's connection may be refused as well. */
export const isEngineAway = (cause: string): boolean => away.test(cause);

/** Whether this is the whole cause when what builds went away in the middle. From its beginning: a step's own words come later in a cause. */
export const isEngineLost = (cause: string): boolean => lost.test(cause);

/** Where what builds images is, which is nothing for who builds: `dial tcp 10.0.0.7:1234: …`, `… at unix:///run/x.sock`. */
const places = [
  /(?<=\b(?:dial|read|write) (?:tcp|udp|unix)[46]? )\S+?(?=: |"|$)/g,
  /(?<=\blookup )\S+(?: on \S+?)?(?=: )/g,
  /\b(?:unix|tcp|npipe|ssh|https?):\/\/[^\s"]+/g,
];

/** A line of a client; what it says of its connection to what builds images is said without the place. */
export function withoutEnginePlace(line: string): string {
  if (!isEngineAway(line) && !isEngineLost(line)) return line;
  let text = line;
  for (const place of places) text = text.replaceAll(place, '…');
  return text;
}
