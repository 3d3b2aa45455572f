# R's side of the peer benchmarks: Rscript peer_r.R TASK --data DIR. Prints one line of JSON.
arguments <- commandArgs(trailingOnly = TRUE)
task <- arguments[1]
folder <- arguments[which(arguments == "--data") + 1]

status_kib <- function(field) {
  line <- grep(paste0("^", field, ":"), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line))
}

# Time and memory of the work: before it, and at most from then on.
measure <- function(work) {
  invisible(gc())
  try(suppressWarnings(writeLines("5", "/proc/self/clear_refs")), silent = TRUE)
  base <- status_kib("VmRSS")
  began <- as.numeric(Sys.time())
  value <- work()
  seconds <- as.numeric(Sys.time()) - began
  list(value = value, seconds = seconds, peak = status_kib("VmHWM"), base = base)
}

report <- function(found, metric, name) {
  cat(sprintf(paste0('{"task": "%s", "seconds": %.6f, "metric": %.10f, "metric_name": "%s", "peak_kib": %.0f, ',
                     '"base_kib": %.0f, "extra": {}}\n'), task, found$seconds, metric, name, found$peak, found$base))
}

doubles <- function(name) {
  path <- file.path(folder, paste0(name, ".f64"))
  readBin(path, "double", file.size(path) / 8)
}

rows <- function(name) {
  y <- doubles(paste0(name, "_y"))
  x <- as.data.frame(matrix(doubles(name), nrow = length(y)))
  list(x = x, y = y)
}

roc_auc <- function(truth, score) {
  positives <- sum(truth == 1)
  negatives <- sum(truth == 0)
  (sum(rank(score)[truth == 1]) - positives * (positives + 1) / 2) / (positives * negatives)
}

if (task == "csv") {
  suppressMessages(library(data.table))
  setDTthreads(2)
  path <- file.path(folder, "physics.csv")
  found <- measure(function() fread(path, showProgress = FALSE))
  report(found, mean(found$value[[1]]), "mean of the first column")
} else if (task == "forest") {
  library(ranger)
  train <- rows("bank_100k")
  truth <- factor(train$y)
  found <- measure(function() ranger(x = train$x, y = truth, num.trees = 200, max.depth = 10, min.node.size = 1,
                                     probability = TRUE, num.threads = 2, seed = 42, verbose = FALSE,
                                     oob.error = FALSE))
  test <- rows("bank_test")
  score <- predict(found$value, test$x, num.threads = 2)$predictions[, "1"]
  report(found, roc_auc(test$y, score), "auc")
} else {
  stop("tasks: csv forest")
}
