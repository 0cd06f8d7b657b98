// Favourite components: kept in the browser, like the folded palette.
const FAVOURITES = "inkstone.favourites";
const PALETTE = "inkstone.palette";

export function favourites() {
  return read(FAVOURITES, []);
}

export function setFavourites(ids) {
  write(FAVOURITES, ids);
}

export function paletteIsOpen(otherwise) {
  return read(PALETTE, otherwise);
}

export function setPaletteOpen(open) {
  write(PALETTE, open);
}

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise; // storage may be closed to this page, or hold something else
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage closed or full: the choice lasts until the page is left
  }
}
