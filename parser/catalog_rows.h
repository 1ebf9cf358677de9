/* How the rows of the catalogue are written: PARAMS(REQ("a", STRING), OPT("b", BOOL)). For catalog_*.c only.
 */
#ifndef PARSER_CATALOG_ROWS_H
#define PARSER_CATALOG_ROWS_H

#include "parser/catalog.h"

#define REQ(name, type)                                                                                      \
    {                                                                                                        \
        name, TYPE_##type, PARAM_REQUIRED                                                                    \
    }
#define SOLE(name, type)                                                                                     \
    {                                                                                                        \
        name, TYPE_##type, PARAM_SOLE                                                                        \
    }
#define OPT(name, type)                                                                                      \
    {                                                                                                        \
        name, TYPE_##type, 0                                                                                 \
    }
#define PARAMS(...)                                                                                          \
    (const struct catalog_param[])                                                                           \
    {                                                                                                        \
        __VA_ARGS__,                                                                                         \
        {                                                                                                    \
            NULL, TYPE_ANY, 0                                                                                \
        }                                                                                                    \
    }

#endif
