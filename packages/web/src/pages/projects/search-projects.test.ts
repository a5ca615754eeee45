import { expect, test } from 'vitest';
import { searchProjects } from './search-projects.ts';

const projects = [
  { name: 'blog', description: 'Notes about the shop' },
  { name: 'shop', description: '' },
  { name: 'shop-staging', description: 'For tries' },
];
const names = (typed: string) => searchProjects(projects, typed).map(({ name }) => name);

test('nothing typed finds all, as they are', () => expect(names('  ')).toEqual(['blog', 'shop', 'shop-staging']));
test('a name counts more than a description', () => expect(names('Shop')).toEqual(['shop', 'shop-staging', 'blog']));
test('every word must occur', () => expect(names('shop tries')).toEqual(['shop-staging']));
