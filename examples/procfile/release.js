// Where an application would migrate its database. A failure here keeps the old release in service.
console.log('release: nothing to migrate');
