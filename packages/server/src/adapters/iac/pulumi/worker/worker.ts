/**
 * The program of one stack update: runs a module through Pulumi's Automation API. It is given a request in a file, secrets in
 * its environment, and says what happens in frames on its standard output.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputsFile, workerRequest } from '../frame.ts';
import { sealOutputs } from '../sealed-outputs.ts';
import { failureCause } from './failure-cause.ts';
import { captureConsole, writeFrame } from './frame-writer.ts';
import { findSdk, useOnePulumi, writeDynamicProvider } from './one-pulumi.ts';
import { showSharedPlugins } from './shared-plugins.ts';

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
    writeFrame({ type: 'result', succeeded: false, message: failureCause(error) });
  }
}

await main();
// A module may have left a server or a timer open.
process.exit();
