/* The library's classes in Groovy, embedded as text; the VM compiles a file when a script names a class of
 * it. */
#include "runner/lib/tables.h"
#include "runner/lang/source_class.h"

#define EMBED(name, package, imported, names)                                                                \
    __asm__(".section .rodata\n"                                                                             \
            "classes_" #name ":\n"                                                                           \
            ".incbin \"runner/prelude/classes/" #name ".groovy\"\n"                                          \
            "classes_" #name "_end:\n"                                                                       \
            ".previous\n");                                                                                  \
    extern const char classes_##name[], classes_##name##_end[];

/* clang-format off */
#define FILES(X)                                                                                             \
    X(java_lang, "java.lang", true, " Package ConsoleStream ")                                               \
    X(java_io, "java.io", true, " Reader StringReader BufferedReader InputStreamReader InputStream ByteArrayInputStream " \
      "OutputStream ByteArrayOutputStream PrintStream ")                                                      \
    X(java_util, "java.util", true, " StringJoiner PriorityQueue Scanner BitSet Base64MimeEncoder StringTokenizer ")           \
    X(java_math, "java.math", false, " RoundingMode MathContext ")                                           \
    X(java_text, "java.text", false, " DecimalFormat NumberFormat MessageFormat ")                           \
    X(java_security, "java.security", false, " MessageDigest ")                                              \
    X(javax_crypto, "javax.crypto", false, " Mac ")                                                          \
    X(javax_crypto_spec, "javax.crypto.spec", false, " SecretKeySpec ")                                      \
    X(java_time, "java.time", false, " Year YearMonth Period ")                                                     \
    X(java_time_format, "java.time.format", false, " TextStyle ")                                            \
    X(java_time_temporal, "java.time.temporal", false, " TemporalAdjuster TemporalAdjusters " \
      "ChronoField IsoFields WeekFields IsoField ")            \
    X(java_util_stream, "java.util.stream", false, " EndlessStream ")                                        \
    X(java_util_zip, "java.util.zip", false, " CRC32 ")                                                      \
    X(atomic, "java.util.concurrent.atomic", false, " AtomicInteger AtomicLong AtomicBoolean AtomicReference ") \
    X(groovy_lang, "groovy.lang", true, " Tuple Tuple2 GroovyShell GroovySystem TrampolineClosure " \
      "MetaClass ")                                                                                           \
    X(groovy_util, "groovy.util", true, " Expando Eval ConfigSlurper ConfigObject ")                         \
    X(xml_parser, "groovy.util", true, " XmlParser Node NodeList XmlNodePrinter ")                           \
    X(xml_slurper, "groovy.util", true, " XmlSlurper ")                                                      \
    X(gpath, "groovy.util.slurpersupport", false, " GPathResult NodeChild NodeChildren Attributes NoChildren XmlItem ") \
    X(groovy_json, "groovy.json", false, " JsonBuilder JsonFields ")                                         \
    X(groovy_xml, "groovy.xml", false, " MarkupBuilder XmlUtil ")                                            \
    X(groovy_text, "groovy.text", false, " Template TextTemplate SimpleTemplateEngine GStringTemplateEngine "  \
      "StreamingTemplateEngine ")
/* clang-format on */

FILES(EMBED)

#define ROW(name, package, imported, names)                                                                  \
    {"classes/" #name ".groovy", package, names, classes_##name, classes_##name##_end, imported},
static const struct class_source rows[] = {FILES(ROW)};

void lib_class_sources(struct vm *vm)
{
    vm_class_sources(vm, rows, ARRAY_LEN(rows));
}
