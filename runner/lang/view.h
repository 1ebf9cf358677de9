/* Sets and lists that show another container and pass changes on to it: struct list.view, struct map.view. */
#ifndef RUNNER_LANG_VIEW_H
#define RUNNER_LANG_VIEW_H

#include "runner/lang/value.h"

enum view_kind { VIEW_KEYS, VIEW_VALUES, VIEW_ENTRIES, VIEW_PART /* of a list */ };

struct view {
    struct value of;     /* owned: what is shown */
    struct object *self; /* what shows it */
    struct view *next;   /* the next of the same map */
    uint32_t from;       /* VIEW_PART: place of the first element */
    uint8_t kind;
    bool filling; /* changes are not the script's */
};

struct value view_of_map(struct vm *vm, struct value map, enum view_kind kind);
struct value view_of_list(struct vm *vm, struct value list, uint32_t from, uint32_t to);
/* Frees the view; what it showed is the caller's. */
struct value view_detach(struct view *v);

/* A map with views has changed. */
void views_added(struct map *m, const struct map_slot *slot, bool at_end);
void views_changed(struct map *m);

/* Changes asked of a view. */
bool view_remove_key(struct view *v, struct value key);
bool view_remove_at(struct view *v, size_t at);
void view_clear(struct view *v);

#endif
