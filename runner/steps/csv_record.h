/* org.apache.commons.csv.CSVRecord: what readCSV's list holds. */
#ifndef RUNNER_STEPS_CSV_RECORD_H
#define RUNNER_STEPS_CSV_RECORD_H

#include "runner/engine/run.h"

/* values: List; header: Map name -> place, or null. Both are shared. Owned result. */
struct value csv_record_new(struct fiber *f, struct value values, struct value header, int number);
void csv_record_register(struct run *run);

#endif
