"""A site of two pages. FastAPI makes the documentation of its API at /docs by itself."""

from fastapi import FastAPI

app = FastAPI(title="Notes")
notes: list[str] = ["Written in memory: a restart forgets it."]


@app.get("/")
def read_notes() -> list[str]:
    return notes


@app.post("/", status_code=201)
def add_note(text: str) -> list[str]:
    notes.append(text)
    return notes


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
