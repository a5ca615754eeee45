import './style.css';

const pages = {
  '/': 'A single-page application, built by Vite and served as files.',
  '/about': 'There is no file named about: the server answers it with index.html, and this script shows the page.',
};

function show() {
  document.querySelector('main').textContent = pages[location.pathname] ?? 'No such page.';
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (link === null) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});
addEventListener('popstate', show);
show();
