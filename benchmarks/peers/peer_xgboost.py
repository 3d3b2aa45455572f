"""XGBoost's side of the peer benchmarks: peer_xgboost.py TASK --data DIR [--repeat N]."""
import numpy as np
import xgboost as xgb
from sklearn.metrics import roc_auc_score

import common

OPTIONS = {"objective": "binary:logistic", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 31,
           "max_depth": 0, "eta": 0.1, "max_bin": 255, "lambda": 1.0, "gamma": 0.0, "nthread": 2, "verbosity": 0}


def prepare(folder, repeat):
    """Trains and saves what the scoring tasks load, unless it is there: it depends on the data alone."""
    def work():
        x, y = common.rows(folder, "physics_train", dtype=np.float32, most=200000)
        for trees in (100, 500):
            path = folder / f"xgboost_{trees}.json"
            if not path.exists():
                xgb.train(OPTIONS, xgb.DMatrix(x, y), trees).save_model(str(path))
    return common.measure(work)


def boost_1m(folder, repeat):
    """Rows as XGBoost likes them: floats, row by row; the matrix it makes of them is part of the work."""
    x, y = common.rows(folder, "physics_train", dtype=np.float32)
    made = []
    result = common.measure(lambda: made.append(xgb.train(OPTIONS, xgb.QuantileDMatrix(x, y, max_bin=255), 100)), repeat)
    xt, yt = common.rows(folder, "physics_test", dtype=np.float32)
    return {**result, "metric": roc_auc_score(yt, made[0].inplace_predict(xt)), "metric_name": "auc"}


def boost_1m_dmatrix(folder, repeat):
    """The same by a plain DMatrix."""
    x, y = common.rows(folder, "physics_train", dtype=np.float32)
    made = []
    result = common.measure(lambda: made.append(xgb.train(OPTIONS, xgb.DMatrix(x, y), 100)), repeat)
    xt, yt = common.rows(folder, "physics_test", dtype=np.float32)
    return {**result, "metric": roc_auc_score(yt, made[0].inplace_predict(xt)), "metric_name": "auc"}


def batch(trees):
    def task(folder, repeat):
        booster = xgb.Booster({"nthread": 2}, model_file=str(folder / f"xgboost_{trees}.json"))
        booster.set_param({"nthread": 2})
        x, y = common.rows(folder, "physics_test", dtype=np.float32)
        booster.inplace_predict(x[:1000])
        out = []
        inplace = common.measure(lambda: out.append(booster.inplace_predict(x)), repeat)
        # A matrix for each repeat: the booster keeps what it predicted for one. To make it is not counted.
        waiting = [xgb.DMatrix(x) for _ in range(repeat)]
        matrix = common.measure(lambda: booster.predict(waiting.pop()), repeat)
        faster = min(inplace, matrix, key=lambda r: r["seconds"])
        return {**inplace, "seconds": faster["seconds"], "metric": roc_auc_score(y, out[0]), "metric_name": "auc",
                "extra": {"inplace": inplace["seconds"], "matrix": matrix["seconds"]}}
    return task


common.main({"prepare": prepare, "boost_1m": boost_1m, "boost_1m_dmatrix": boost_1m_dmatrix,
             "batch_100": batch(100), "batch_500": batch(500)})
