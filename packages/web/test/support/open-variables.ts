import type { Locator, Page } from 'playwright-core';

/** The Variables tab of a service. */
export async function openVariables(
  page: Page,
  service: { id: string; projectId: string; name: string },
  more = '',
): Promise<Locator> {
  await page.goto(`/projects/${service.projectId}?service=${service.id}&tab=variables${more}`);
  const drawer = page.getByRole('dialog', { name: service.name });
  await drawer.getByRole('radiogroup', { name: 'View of the variables' }).waitFor();
  return drawer;
}

/** The line of a variable. */
export function rowOf(where: Locator, name: string): Locator {
  const cell = where.page().getByRole('cell').getByText(name, { exact: true });
  return where.getByRole('row').filter({ has: cell });
}

/** Adds a variable in the form above the table. */
export async function addVariable(where: Locator, name: string, value: string): Promise<void> {
  const form = where.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Value').fill(value);
  await form.getByRole('button', { name: 'Add' }).click();
}
