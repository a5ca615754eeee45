import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { createPluginCache, type PluginSource } from '../infrastructure/plugin-cache.ts';
import { formatTable } from '../terminal/table.ts';

const cacheOf = ({ environment }: Context) => createPluginCache(environment);

async function add(
  context: Context,
  { file, server }: CommonOptions & PluginSource,
  name = '',
  version = '',
): Promise<void> {
  const { output } = context;
  const plugin = await cacheOf(context).add(name, version, { file, server }, (line) => output.note(line));
  const text = `${plugin.name} ${plugin.version} is there for all stacks of this machine.`;
  output.result({ value: plugin, text, quiet: plugin.folder });
}

async function list(context: Context): Promise<void> {
  const plugins = await cacheOf(context).list();
  const rows = plugins.map(({ name, version, folder }) => [name, version, folder]);
  const text = plugins.length === 0 ? 'There is no plugin.' : formatTable([['NAME', 'VERSION', 'FOLDER'], ...rows]);
  context.output.result({
    value: plugins,
    text,
    quiet: plugins.map((each) => `${each.name} ${each.version}`).join('\n'),
  });
}

async function remove(context: Context, _options: CommonOptions, name = '', version = ''): Promise<void> {
  const plugin = await cacheOf(context).remove(name, version);
  context.output.result({ value: plugin, text: `${plugin.name} ${plugin.version} is gone.`, quiet: plugin.folder });
}

/** `davit admin plugins` */
export function createPluginsCommand(): Command {
  const addCommand = davitCommand({
    name: 'add',
    summary: 'install a plugin for all stacks of this machine',
    description:
      'Installs the plugin of a provider where every stack of this machine finds it, and none can change it: for networks\nwithout a way to the download, and to download it once. Run it on the machine of the server, as the user of the server.',
    examples: [
      ['davit admin plugins add aws 7.48.0', 'from the provider’s own releases'],
      ['davit admin plugins add aws 7.48.0 --file pulumi-resource-aws-v7.48.0-linux-amd64.tar.gz', 'from an archive'],
      ['davit admin plugins add aws 7.48.0 --server https://mirror.example.org/pulumi', 'from a mirror'],
    ],
  })
    .argument('<name>')
    .argument('<version>')
    .option('--file <archive>', 'archive, folder or program of the plugin')
    .option('--server <url>', 'where to download it from');
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the plugins that all stacks find',
    examples: [['davit admin plugins list', 'names, versions and folders']],
  });
  const removeCommand = davitCommand({
    name: 'remove',
    summary: 'remove a plugin',
    examples: [['davit admin plugins remove aws 7.48.0', 'stacks that need it download it again']],
  })
    .argument('<name>')
    .argument('<version>');
  return commandGroup(
    {
      name: 'plugins',
      summary: 'provider plugins that all stacks of this machine find',
      examples: [['davit admin plugins list', 'what is installed']],
    },
    [
      acting<CommonOptions & PluginSource>(addCommand, add),
      acting<CommonOptions>(listCommand, list),
      acting<CommonOptions>(removeCommand, remove),
    ],
  );
}
