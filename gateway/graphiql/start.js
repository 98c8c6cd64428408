// Starts GraphiQL with some examples open and the others in a menu, and sends each request as the person who was chosen.
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

// The variables that a document declares, each still to be filled in.
function variablesOf(query) {
  const [{ variableDefinitions }] = GraphiQL.GraphQL.parse(query).definitions;
  const empty = variableDefinitions.map(({ variable, type }) => [variable.name.value, type.kind === "NonNullType" ? "" : null]);
  return empty.length ? JSON.stringify(Object.fromEntries(empty), null, 2) : "";
}

// The menu of examples, in the page's own header; what is chosen opens in a tab of its own.
function Examples({ menu }) {
  const { addTab, activeTabIndex, tabs, queryEditor, variableEditor } = GraphiQL.React.useEditorContext({ nonNull: true });
  const [wanted, want] = React.useState(null);
  const element = React.createElement;
  React.useEffect(() => {
    if (!wanted || tabs.length <= wanted.after || activeTabIndex !== tabs.length - 1) return;
    want(null);
    const variables = variablesOf(wanted.query);
    queryEditor.setValue(wanted.query);
    variableEditor?.setValue(variables);
    if (variables) document.querySelector("[aria-label='Show editor tools']")?.click();
  }, [wanted, tabs.length, activeTabIndex, queryEditor, variableEditor]);
  const open = ({ target }) => {
    const [area, example] = target.value.split("/");
    want({ query: menu[area].examples[example].query, after: tabs.length });
    addTab();
  };
  const options = menu.map(({ area, examples }, at) =>
    element(
      "optgroup",
      { key: area, label: area },
      examples.map(({ name }, number) => element("option", { key: name, value: `${at}/${number}` }, name)),
    ),
  );
  const select = element(
    "select",
    { value: "", onChange: open },
    element("option", { value: "", disabled: true }, "open one in a tab"),
    options,
  );
  return ReactDOM.createPortal(select, document.getElementById("examples"));
}

async function start() {
  const { tabs, menu } = await (await fetch("/graphiql/examples")).json();
  openSocket();
  person.addEventListener("change", signIn);
  await listPeople();
  const page = React.createElement(
    GraphiQL,
    {
      fetcher,
      defaultTabs: tabs,
      shouldPersistHeaders: false,
      isHeadersEditorEnabled: true,
      defaultEditorToolsVisibility: false,
    },
    // Only what stands in a slot of GraphiQL's can open tabs; this slot would show its name.
    React.createElement(GraphiQL.Logo, null, React.createElement(Examples, { menu })),
  );
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}

start();
