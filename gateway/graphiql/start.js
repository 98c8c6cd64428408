// Starts GraphiQL with the example queries, and sends each request as the person who was chosen.
const person = document.getElementById("person");
const language = document.getElementById("language");
const said = document.getElementById("said");
let token = null;
let socket = null;

function headers(given) {
  const own = { "Accept-Language": language.value };
  if (token) own.Authorization = `Bearer ${token}`;
  return { ...own, ...given };
}

function openSocket() {
  socket?.dispose();
  socket = graphqlWs.createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
  });
}

// Like fetch, with the headers of the person and the language that are chosen now.
const fetchAsPerson = (url, options) => fetch(url, { ...options, headers: headers(options.headers) });

const fetchOnce = GraphiQL.createFetcher({ url: "/graphql", fetch: fetchAsPerson });

function subscriptionIn(query, operationName) {
  const name = operationName ? `\\s+${operationName}\\b` : "";
  return new RegExp(`(^|[\\s}])subscription${name}[\\s({]`).test(query.replace(/#.*$/gm, ""));
}

function fetcher(parameters, options) {
  if (!subscriptionIn(parameters.query, parameters.operationName)) return fetchOnce(parameters, options);
  return { subscribe: (sink) => ({ unsubscribe: socket.subscribe(parameters, sink) }) };
}

async function signIn() {
  token = null;
  if (person.value) {
    const answer = await fetch(`/graphiql/token?person=${encodeURIComponent(person.value)}`, { method: "POST" });
    const body = await answer.json();
    token = body.access_token ?? null;
    said.textContent = token ? "" : body.error;
  } else {
    said.textContent = "";
  }
  openSocket();
}

async function listPeople() {
  const answer = await fetch("/graphiql/people");
  if (!answer.ok) {
    said.textContent = "The local issuer cannot be reached: nobody can sign in.";
    return;
  }
  for (const { person: key, name } of await answer.json()) person.add(new Option(`${key}: ${name}`, key));
}

async function start() {
  const examples = await (await fetch("/graphiql/examples")).json();
  openSocket();
  person.addEventListener("change", signIn);
  await listPeople();
  const page = React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: examples,
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: true,
    defaultEditorToolsVisibility: false,
  });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}

start();
