from fastapi import FastAPI

app = FastAPI(title="Hello from davit")


@app.get("/")
def hello() -> dict[str, str]:
    return {"message": "Hello from FastAPI"}
