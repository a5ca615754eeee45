/**
 * The program of one stack update: runs a module through Pulumi's Automation API. It is given a request in a file, secrets in
 * its environment, and says what happens in frames on its standard output.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputsFile, workerRequest } from '../frame.ts';
import { sealOutputs } from '../sealed-outputs.ts';
import { captureConsole, writeFrame } from './frame-writer.ts';
import { explainMissingPlugin } from './missing-plugin.ts';
import { findSdk, useOnePulumi, writeDynamicProvider } from './one-pulumi.ts';
import { showSharedPlugins } from './shared-plugins.ts';

/** The engine's own words are in the output already: what is left is the last thing that it said. */
function causeOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const lines = message.split('\n').map((line) => line.trim());
  // Several at once are below a line of their own, and all of it comes twice where it was written to both streams.
  const isListed = (at: number) =>
    lines.slice(Math.max(0, at - 3), at).some((line) => line.endsWith('errors occurred:'));
  const told = [
    ...new Set(lines.filter((line, at) => line.startsWith('error:') || (/^\d+\) /.test(line) && isListed(at)))),
  ];
  const cause = (told.length > 0 ? told.join(' ') : (lines[0] ?? '')).slice(0, 2000);
  const hint = explainMissingPlugin(message);
  return hint === undefined ? cause : `${cause} ${hint}`;
}

async function main(): Promise<void> {
  const request = workerRequest.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  const { PULUMI_CONFIG_PASSPHRASE: passphrase = '', STACK_INPUT_YAML: input = '' } = process.env;
  captureConsole();
  // A module that ends this process must not end it well: only a result says that all is done.
  process.exitCode = 1;
  try {
    const sdk = findSdk(request.moduleFolder);
    useOnePulumi(sdk);
    writeDynamicProvider(join(request.folder, 'bin'), sdk, request.moduleFolder);
    showSharedPlugins(request.sharedPlugins, join(request.folder, 'home', 'plugins'));
    const { runStack } = await import('./run-stack.ts');
    const outputs = await runStack(request, input);
    if (outputs !== null) {
      writeFileSync(join(request.folder, outputsFile), sealOutputs(passphrase, JSON.stringify(outputs)), {
        mode: 0o600,
      });
    }
    writeFrame({ type: 'result', succeeded: true, message: null });
    process.exitCode = 0;
  } catch (error) {
    writeFrame({ type: 'result', succeeded: false, message: causeOf(error) });
  }
}

await main();
// A module may have left a server or a timer open.
process.exit();
