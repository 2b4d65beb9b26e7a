/** What an obfuscating compiler makes of a function (JSVMP): a program of numbers, and a dispatcher that runs it. */
const CONSTANTS = ['vm key', 'vm.', 0, 1, 255];

// out = 'vm.'; for (i = 0; i < text.length; i++) out += hex((text[i] ^ key[i % key.length] ^ i) & 255)
const PROGRAM = [
  1, 1, 3, 1, 1, 2, 3, 2, 4, 2, 2, 0, 5, 6, 7, 52, 4, 1, 2, 0, 4, 2, 8, 1, 0, 4, 2, 1, 0, 5, 9, 8, 10, 4, 2, 10, 1, 4,
  11, 12, 13, 3, 1, 4, 2, 1, 3, 13, 3, 2, 14, 8, 4, 1,
];

const HANDLERS = [
  () => {},
  (m) => m.stack.push(CONSTANTS[m.next()]),
  (m) => m.stack.push(m.args[m.next()]),
  (m) => {
    m.locals[m.next()] = m.stack.pop();
  },
  (m) => m.stack.push(m.locals[m.next()]),
  (m) => m.stack.push(m.stack.pop().length),
  (m) => m.two((a, b) => a < b),
  (m) => {
    const end = m.next();
    if (!m.stack.pop()) m.at = end;
  },
  (m) => m.two((a, b) => a.charCodeAt(b)),
  (m) => m.two((a, b) => a % b),
  (m) => m.two((a, b) => a ^ b),
  (m) => m.two((a, b) => a & b),
  (m) => m.stack.push(m.stack.pop().toString(16).padStart(2, '0')),
  (m) => m.two((a, b) => a + b),
  (m) => {
    m.at = m.next();
  },
];

class Machine {
  at = 0;
  stack = [];
  locals = [];
  constructor(code, args) {
    this.code = code;
    this.args = args;
  }
  next() {
    return this.code[this.at++];
  }
  two(operate) {
    const b = this.stack.pop();
    this.stack.push(operate(this.stack.pop(), b));
  }
}

/** Runs a program; whatever the site wants done, it calls this. */
function dispatch(code, args) {
  const machine = new Machine(code, args);
  while (machine.at < code.length) HANDLERS[machine.next()](machine);
  return machine.stack.pop();
}

export function orderByVm(text) {
  return { order: text, sign: dispatch(PROGRAM, [text]) };
}
