import type { Command } from 'commander';
import { createBackupCommands } from '../admin/backup-commands.ts';
import { createDoctorCommand } from '../admin/doctor-command.ts';
import { createOperatorsCommand } from '../admin/operator-commands.ts';
import { createPluginsCommand } from '../admin/plugin-commands.ts';
import { createRegistryCommand } from '../admin/registry-command.ts';
import { createResetPasswordCommand } from '../admin/reset-password-command.ts';
import { createRotateKeysCommand } from '../admin/rotate-keys-command.ts';
import { createStorageCommands } from '../admin/storage-commands.ts';
import { commandGroup } from '../command-line/davit-command.ts';

/** `davit admin` */
export function createAdminCommand(): Command {
  return commandGroup(
    {
      name: 'admin',
      summary: 'back up, restore and examine the whole platform',
      examples: [
        ['davit admin backup', 'everything in one file'],
        ['davit admin doctor', 'what is wrong, and how to mend it'],
        ['davit admin storage', 'what fills the disk'],
        ['davit admin operators add anna@example.org', 'somebody else may do so, too'],
        ['davit admin plugins add aws 7.48.0', 'have a provider’s plugin before it is needed'],
      ],
    },
    [
      ...createBackupCommands(),
      createDoctorCommand(),
      ...createStorageCommands(),
      createRegistryCommand(),
      createOperatorsCommand(),
      createResetPasswordCommand(),
      createRotateKeysCommand(),
      createPluginsCommand(),
    ],
  );
}
