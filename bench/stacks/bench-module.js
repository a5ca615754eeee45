// A module as an organization's own: resources that exist in their state alone, and lines. Both davit and the bare engine run it.
import * as pulumi from '@pulumi/pulumi';

const provider = {
  async create(inputs) {
    return { id: inputs.name, outs: inputs };
  },
};

class Item extends pulumi.dynamic.Resource {}

export async function program({ target: { spec } }) {
  const { resources, lines } = spec;
  for (let number = 1; number <= lines; number++) console.log(`line ${number} of ${lines}, as long as such lines are`);
  const items = [];
  for (let number = 1; number <= resources; number++) {
    const name = `item-${number}`;
    items.push(new Item(provider, name, { name }).id);
  }
  return { items: pulumi.all(items) };
}
