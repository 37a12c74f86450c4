"""The versioned texts of the prompts, installed as `marketextract.prompts`; `marketextract.request` reads them."""
