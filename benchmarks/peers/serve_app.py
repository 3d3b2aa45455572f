"""The service of churn_serve as Python has it: one record in, a probability and a decision out, from a boosting of 200 trees of
scikit-learn behind Flask or FastAPI. `python3 serve_app.py fit DATA.csv MODEL.pickle` fits the model; the servers load it."""
import os
import pickle
import sys

import pandas as pd

NUMBERS = ["credit_score", "age", "tenure", "balance", "products_number", "credit_card", "active_member", "estimated_salary",
           "complaints_12m", "days_since_contact"]
LABELS = ["country", "gender"]


def fit(data, path):
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pd.read_csv(data)
    prepare = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMBERS),
        ("labels", OneHotEncoder(drop="first", handle_unknown="ignore"), LABELS)])
    model = make_pipeline(prepare, GradientBoostingClassifier(n_estimators=200, learning_rate=0.1, random_state=42))
    model.fit(table[NUMBERS + LABELS], table["churn"])
    with open(path, "wb") as file:
        pickle.dump(model, file)


def load():
    with open(os.environ["SERVE_MODEL"], "rb") as file:
        return pickle.load(file)


def answer(model, record):
    """The checks that churn_serve makes, and the same answer; None and the errors where something is wrong."""
    errors = []
    for name in NUMBERS:
        value = record.get(name, "absent")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            errors.append({"field": name, "reason": f"expected a number, found {value!r}"})
    for name in LABELS:
        if not isinstance(record.get(name), str):
            errors.append({"field": name, "reason": "expected a label"})
    if errors:
        return None, errors
    p = float(model.predict_proba(pd.DataFrame([record])[NUMBERS + LABELS])[0, 1])
    return {"probability": p, "decision": "1" if p >= 0.5 else "0"}, []


def flask_app():
    from flask import Flask, jsonify, request

    model = load()
    app = Flask(__name__)

    @app.post("/predict")
    def predict():
        found, errors = answer(model, request.get_json(force=True))
        return (jsonify({"errors": errors}), 422) if found is None else jsonify(found)

    return app


def fastapi_app():
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    model = load()
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request):
        found, errors = answer(model, await request.json())
        return JSONResponse({"errors": errors}, 422) if found is None else JSONResponse(found)

    return app


if __name__ == "__main__":
    fit(sys.argv[2], sys.argv[3])
