// Works without a port: one line of output a beat, until it is told to stop.
let beats = 0;
const timer = setInterval(() => {
  beats += 1;
  console.log(`worker: beat ${beats}`);
}, 2000);
console.log('worker: started');

process.on('SIGTERM', () => {
  clearInterval(timer);
  console.log(`worker: stopped after ${beats} beats`);
});
