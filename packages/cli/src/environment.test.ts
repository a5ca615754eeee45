import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

test('the data folder is where the server has it', () => {
  expect(readEnvironment({ HOME: '/home/me' }, 1000).dataDir).toBe('/home/me/.local/share/davit');
  expect(readEnvironment({ HOME: '/home/me', XDG_DATA_HOME: '/data' }, 1000).dataDir).toBe('/data/davit');
  expect(readEnvironment({ HOME: '/root' }, 0).dataDir).toBe('/var/lib/davit');
  expect(readEnvironment({ HOME: '/root', DATA_DIR: '/srv/davit' }, 0).dataDir).toBe('/srv/davit');
});

test('sign-ins are in the folder for configuration', () => {
  expect(readEnvironment({ HOME: '/home/me' }).configFolder).toBe('/home/me/.config/davit');
  expect(readEnvironment({ HOME: '/home/me', XDG_CONFIG_HOME: '/c' }).configFolder).toBe('/c/davit');
});

test('what is set to nothing is unset, and a slash at the end of an address means nothing', () => {
  const environment = readEnvironment({
    HOME: '/home/me',
    DAVIT_URL: 'https://a.example/',
    DAVIT_TOKEN: '',
    NO_COLOR: '',
  });
  expect(environment).toMatchObject({ url: 'https://a.example', token: undefined, noColour: false });
});
