/* The table of libcurl's functions, filled by name from the library that is found: the one of OpenSSL or
 * of GnuTLS, whose interfaces are the same. A library that lacks one of them is refused as a whole, so
 * that no caller has to ask whether a function is there; `library` is set last and means that all are. */
#include "base/curl.h"
#include "base/util.h"
#include <dlfcn.h>

#define SYMBOL(name)                                                                                         \
    {                                                                                                        \
        "curl_" #name, offsetof(struct curl_api, name)                                                       \
    }

static const struct {
    const char *name;
    size_t where;
} symbols[] = {
    SYMBOL(easy_init),     SYMBOL(easy_setopt),      SYMBOL(easy_perform),        SYMBOL(easy_getinfo),
    SYMBOL(easy_pause),    SYMBOL(easy_send),        SYMBOL(easy_recv),           SYMBOL(easy_cleanup),
    SYMBOL(easy_strerror), SYMBOL(slist_append),     SYMBOL(slist_free_all),      SYMBOL(mime_init),
    SYMBOL(mime_free),     SYMBOL(mime_addpart),     SYMBOL(mime_name),           SYMBOL(mime_data),
    SYMBOL(mime_filedata), SYMBOL(mime_filename),    SYMBOL(mime_type),           SYMBOL(multi_init),
    SYMBOL(multi_setopt),  SYMBOL(multi_add_handle), SYMBOL(multi_remove_handle), SYMBOL(multi_socket_action),
    SYMBOL(multi_assign),  SYMBOL(multi_info_read),  SYMBOL(multi_cleanup),
};

int curl_load(struct curl_api *api, struct error *err)
{
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    if (api->library)
        return 0;
    void *library = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names) && !library; i++)
        /* RTLD_NOW: a symbol that is missing in one of its own libraries shows here and not in the midst
         * of a build. */
        library = dlopen(names[i], RTLD_NOW);
    if (!library)
        return error_set(
            err, ERROR_SYSTEM,
            "HTTP requests and e-mails need the library libcurl (Debian: apt-get install libcurl4)");
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol)
            return error_set(err, ERROR_SYSTEM, "libcurl lacks %s", symbols[i].name);
        *(void **)((char *)api + symbols[i].where) = symbol;
    }
    api->library = library;
    return 0;
}
