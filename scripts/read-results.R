#!/usr/bin/env Rscript
# SPDX-License-Identifier: Apache-2.0
# Shows how results are read in R, by way of CSV and without any package: mean, percentiles and clauses.
#
#   scripts/read-results.R FILE.h5 [SCENARIO]      the first scenario unless one is named
#
# PLIMSOLL names the program when it is not on the path. Packages that read HDF5 (rhdf5, hdf5r) can open the file itself:
# each table is a compound dataset of the name that --table takes.
args <- commandArgs(trailingOnly = TRUE)
if (!length(args) %in% 1:2) stop("usage: read-results.R FILE.h5 [SCENARIO]")
program <- Sys.getenv("PLIMSOLL", "plimsoll")

read_table <- function(table) {
  out <- system2(program, c("report", shQuote(args[1]), "--format", "csv", "--table", table), stdout = TRUE)
  if (!is.null(attr(out, "status"))) stop("plimsoll report failed")
  # ids and clause numbers are texts: 4.10 is not 4.1
  read.csv(text = out, colClasses = c(scenario = "character", group = "character"), check.names = FALSE)
}

percentiles <- read_table("percentiles")
moments <- read_table("moments")
scenario <- if (length(args) == 2) args[2] else percentiles$scenario[1]
if (!scenario %in% percentiles$scenario) stop("there is no scenario '", scenario, "'")

pick <- function(table, kind) {
  table[table$scenario == scenario & table$perspective == "gross" & table$measure == "AEP" & table$group_kind == kind, ]
}

cat(sprintf("scenario %s: mean %.17g\n", scenario, pick(moments, "total")$mean))
total <- pick(percentiles, "total")
cat(sprintf("P%g %.17g [%.17g, %.17g]\n", 100 * total$p, total$value, total$lower, total$upper), sep = "")

cat("largest clauses by mean:\n")
clauses <- pick(moments, "clause")
clauses <- clauses[order(-clauses$mean), c("group", "mean", "p_zero")]
print(head(clauses, 5), row.names = FALSE)
