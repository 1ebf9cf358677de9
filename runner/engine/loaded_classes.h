/* What `library` returns: classes of that library by their dotted name, as library('x').org.foo.Bar.new(this)
 * or .staticMethod() or .CONSTANT [pipeline-groovy-lib: LibraryStep.LoadedClasses]. */
#ifndef RUNNER_ENGINE_LOADED_CLASSES_H
#define RUNNER_ENGINE_LOADED_CLASSES_H

#include "runner/engine/run.h"

void loaded_classes_register(struct run *run);
struct value loaded_classes_new(struct run *run, const char *library); /* owned */

#endif
