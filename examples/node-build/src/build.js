// The build: copies the server and writes down when it was made. It needs a dev dependency, as real builds do.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import colors from 'picocolors';

await mkdir('dist', { recursive: true });
await copyFile('src/server.js', 'dist/server.js');
await writeFile('dist/build.json', JSON.stringify({ builtAt: new Date().toISOString() }));
console.log(colors.green('built dist/server.js'));
