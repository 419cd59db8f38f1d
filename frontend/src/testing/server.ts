import { setupServer } from 'msw/node';

/** Has no answers of its own: each test says what the server answers with server.use(). */
export const server = setupServer();
