/* Classes that the machine itself needs by name, whatever the library registers: the roots of the
 * hierarchy, closures, scripts, and Java's and Jenkins' exceptions. */
#include "runner/lang/vmstate.h"
#include <string.h>

static const struct native_class classes[] = {
    {.name = "java.lang.Object"},
    {.name = "java.lang.Comparable", .interface = true},
    {.name = "java.lang.CharSequence", .interface = true},
    {.name = "java.lang.Iterable", .interface = true},
    {.name = "java.lang.Runnable", .interface = true},
    {.name = "java.util.concurrent.Callable", .interface = true},
    {.name = "java.io.Serializable", .interface = true},
    {.name = "java.util.Collection", .interface = true, .interfaces = "Iterable"},
    {.name = "java.util.List", .interface = true, .interfaces = "Collection"},
    {.name = "java.util.Set", .interface = true, .interfaces = "Collection"},
    {.name = "java.util.SortedSet", .interface = true, .interfaces = "Set"},
    {.name = "java.util.Map", .interface = true},
    {.name = "java.util.SortedMap", .interface = true, .interfaces = "Map"},
    {.name = "java.util.Map$Entry", .interface = true},
    {.name = "org.codehaus.groovy.runtime.NullObject"},
    {.name = "java.lang.Boolean", .interfaces = "Comparable,Serializable"},
    {.name = "java.lang.Character", .interfaces = "Comparable,Serializable"},
    {.name = "java.lang.Number", .interfaces = "Serializable"},
    {.name = "java.lang.Byte", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.Short", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.Integer", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.Long", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.Float", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.Double", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.math.BigInteger", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.math.BigDecimal", .super = "Number", .interfaces = "Comparable"},
    {.name = "java.lang.String", .interfaces = "CharSequence,Comparable,Serializable"},
    {.name = "groovy.lang.GString", .interfaces = "CharSequence,Comparable,Serializable"},
    {.name = "org.codehaus.groovy.runtime.GStringImpl", .super = "GString"},
    {.name = "java.util.ArrayList", .interfaces = "List,Serializable"},
    {.name = "java.util.HashMap", .interfaces = "Map,Serializable"},
    {.name = "java.util.LinkedHashMap", .super = "HashMap"},
    {.name = "java.util.TreeMap", .interfaces = "SortedMap,Serializable"},
    {.name = "java.util.HashSet", .interfaces = "Set,Serializable"},
    {.name = "java.util.LinkedHashSet", .super = "HashSet"},
    {.name = "java.util.TreeSet", .interfaces = "SortedSet,Serializable"},
    {.name = "groovy.lang.Range", .interface = true, .interfaces = "List"},
    {.name = "groovy.lang.IntRange", .interfaces = "Range,Serializable"},
    {.name = "groovy.lang.ObjectRange", .interfaces = "Range,Serializable"},
    {.name = "groovy.lang.GroovyObject", .interface = true},
    {.name = "groovy.lang.GroovyInterceptable", .interface = true, .interfaces = "GroovyObject"},
    {.name = "groovy.lang.Closure", .interfaces = "Runnable,Serializable,GroovyObject"},
    {.name = "org.codehaus.groovy.runtime.MethodClosure", .super = "Closure"},
    {.name = "groovy.lang.CurriedClosure", .super = "Closure"},
    {.name = "org.codehaus.groovy.runtime.ComposedClosure", .super = "Closure"},
    {.name = "groovy.lang.Binding"},
    {.name = "groovy.lang.Script", .interfaces = "GroovyObject"},
    {.name = "java.lang.Class", .interfaces = "Serializable"},
    {.name = "java.lang.Enum", .interfaces = "Comparable,Serializable"},
};

static const char *const primitives[] = {"int",  "long", "double", "float", "boolean",
                                         "char", "byte", "short",  "void"};

/* "full.Name Super": the hierarchy of exceptions, supers first. */
static const char *const exceptions[][2] = {
    {"java.lang.Throwable", "Object"},
    {"java.lang.Error", "Throwable"},
    {"java.lang.Exception", "Throwable"},
    {"java.lang.RuntimeException", "Exception"},
    {"java.lang.AssertionError", "Error"},
    {"org.codehaus.groovy.runtime.powerassert.PowerAssertionError", "AssertionError"},
    {"java.lang.LinkageError", "Error"},
    {"java.lang.NoClassDefFoundError", "LinkageError"},
    {"java.lang.ExceptionInInitializerError", "LinkageError"},
    {"java.lang.VirtualMachineError", "Error"},
    {"java.lang.StackOverflowError", "VirtualMachineError"},
    {"java.lang.OutOfMemoryError", "VirtualMachineError"},
    {"java.lang.InternalError", "VirtualMachineError"},
    {"java.lang.ThreadDeath", "Error"},
    {"java.lang.NoSuchMethodError", "LinkageError"},
    {"java.lang.ArithmeticException", "RuntimeException"},
    {"java.lang.ArrayStoreException", "RuntimeException"},
    {"java.lang.ClassCastException", "RuntimeException"},
    {"java.lang.IllegalArgumentException", "RuntimeException"},
    {"java.lang.NumberFormatException", "IllegalArgumentException"},
    {"java.util.IllegalFormatException", "IllegalArgumentException"},
    {"java.util.MissingFormatArgumentException", "IllegalFormatException"},
    {"java.util.UnknownFormatConversionException", "IllegalFormatException"},
    {"java.util.IllegalFormatConversionException", "IllegalFormatException"},
    {"java.util.regex.PatternSyntaxException", "IllegalArgumentException"},
    {"java.lang.IllegalStateException", "RuntimeException"},
    {"java.util.concurrent.CancellationException", "IllegalStateException"},
    {"java.lang.IllegalMonitorStateException", "RuntimeException"},
    {"java.lang.IndexOutOfBoundsException", "RuntimeException"},
    {"java.lang.ArrayIndexOutOfBoundsException", "IndexOutOfBoundsException"},
    {"java.lang.StringIndexOutOfBoundsException", "IndexOutOfBoundsException"},
    {"java.lang.NegativeArraySizeException", "RuntimeException"},
    {"java.lang.NullPointerException", "RuntimeException"},
    {"java.lang.SecurityException", "RuntimeException"},
    {"java.lang.UnsupportedOperationException", "RuntimeException"},
    {"groovy.lang.ReadOnlyPropertyException", "MissingPropertyException"},
    {"java.util.ConcurrentModificationException", "RuntimeException"},
    {"java.util.EmptyStackException", "RuntimeException"},
    {"java.util.NoSuchElementException", "RuntimeException"},
    {"java.util.InputMismatchException", "NoSuchElementException"},
    {"java.util.MissingResourceException", "RuntimeException"},
    {"java.time.DateTimeException", "RuntimeException"},
    {"java.time.format.DateTimeParseException", "DateTimeException"},
    {"java.io.UncheckedIOException", "RuntimeException"},
    {"java.lang.ReflectiveOperationException", "Exception"},
    {"java.lang.ClassNotFoundException", "ReflectiveOperationException"},
    {"java.lang.NoSuchMethodException", "ReflectiveOperationException"},
    {"java.lang.NoSuchFieldException", "ReflectiveOperationException"},
    {"java.lang.CloneNotSupportedException", "Exception"},
    {"java.lang.InterruptedException", "Exception"},
    {"java.lang.InstantiationException", "ReflectiveOperationException"},
    {"java.text.ParseException", "Exception"},
    {"java.net.URISyntaxException", "Exception"},
    {"java.util.concurrent.TimeoutException", "Exception"},
    {"java.util.concurrent.ExecutionException", "Exception"},
    {"java.security.GeneralSecurityException", "Exception"},
    {"java.security.NoSuchAlgorithmException", "GeneralSecurityException"},
    {"java.io.IOException", "Exception"},
    {"java.io.EOFException", "IOException"},
    {"java.io.FileNotFoundException", "IOException"},
    {"java.io.InterruptedIOException", "IOException"},
    {"java.io.NotSerializableException", "IOException"},
    {"java.io.UnsupportedEncodingException", "IOException"},
    {"java.nio.file.FileSystemException", "IOException"},
    {"java.nio.file.NoSuchFileException", "FileSystemException"},
    {"java.nio.file.AccessDeniedException", "FileSystemException"},
    {"java.nio.file.FileAlreadyExistsException", "FileSystemException"},
    {"java.nio.file.DirectoryNotEmptyException", "FileSystemException"},
    {"java.net.MalformedURLException", "IOException"},
    {"java.net.SocketException", "IOException"},
    {"java.net.ConnectException", "SocketException"},
    {"java.net.SocketTimeoutException", "InterruptedIOException"},
    {"java.net.UnknownHostException", "IOException"},
    {"javax.net.ssl.SSLException", "IOException"},
    {"groovy.lang.GroovyRuntimeException", "RuntimeException"},
    {"groovy.lang.MissingMethodException", "GroovyRuntimeException"},
    {"groovy.lang.MissingPropertyException", "GroovyRuntimeException"},
    {"groovy.lang.MissingFieldException", "GroovyRuntimeException"},
    {"groovy.json.JsonException", "GroovyRuntimeException"},
    {"org.codehaus.groovy.runtime.typehandling.GroovyCastException", "ClassCastException"},
    {"org.codehaus.groovy.control.CompilationFailedException", "GroovyRuntimeException"},
    {"org.codehaus.groovy.control.MultipleCompilationErrorsException", "CompilationFailedException"},
    {"org.xml.sax.SAXException", "Exception"},
    {"org.xml.sax.SAXParseException", "SAXException"},
    {"org.yaml.snakeyaml.error.YAMLException", "RuntimeException"},
    {"java.nio.charset.UnsupportedCharsetException", "IllegalArgumentException"},
    {"net.sf.json.JSONException", "RuntimeException"},
    {"com.fasterxml.jackson.dataformat.toml.TomlStreamReadException", "IOException"},
    {"org.codehaus.plexus.util.xml.pull.XmlPullParserException", "Exception"},
    {"hudson.AbortException", "IOException"},
    {"org.jenkinsci.plugins.workflow.support.steps.AgentOfflineException", "AbortException"},
    {"hudson.model.Failure", "RuntimeException"},
    {"org.jenkinsci.plugins.workflow.steps.FlowInterruptedException", "InterruptedException"},
    {"org.jenkinsci.plugins.workflow.steps.MissingContextVariableException", "Exception"},
    {"org.jenkinsci.plugins.scriptsecurity.sandbox.RejectedAccessException", "SecurityException"},
    {"org.jenkinsci.plugins.credentialsbinding.impl.CredentialNotFoundException", "AbortException"},
};

static void add_throwable_fields(struct vm *vm)
{
    static const char *const names[] = {"detailMessage", "cause", "stackTrace", "suppressed",
                                        "extra",         "$file", "$place"};
    struct class *c = vm->core[CORE_THROWABLE];
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
        struct field *f = xcalloc(1, sizeof(*f));
        *f = (struct field){.name = vm_symbol(vm, names[i], strlen(names[i])), .owner = c, .index = i};
        f->mods = MOD_PRIVATE;
        vec_push(&c->own_fields, f);
        ptr_map_set(&c->fields, f->name, f);
    }
}

static void register_exceptions(struct vm *vm)
{
    for (size_t i = 0; i < ARRAY_LEN(exceptions); i++) {
        struct native_class row = {.name = exceptions[i][0], .super = exceptions[i][1]};
        vm_register(vm, &row, 1, NULL, 0);
        struct class *c = vm_class(vm, row.name);
        c->native = NULL; /* the row above is on the stack */
        c->flags |= CLASSF_THROWABLE;
        c->field_count = THROWABLE_FIELDS;
    }
    add_throwable_fields(vm);
}

void core_register(struct vm *vm)
{
#define CORE_ROW(name, text) vm->sym[SYM_##name] = vm_symbol(vm, text, sizeof(text) - 1);
    CORE_NAMES(CORE_ROW)
#undef CORE_ROW
#define CORE_ROW(name, text) vm->core[CORE_##name] = class_mention(vm, text);
    CORE_CLASSES(CORE_ROW)
#undef CORE_ROW
    vm_register(vm, classes, ARRAY_LEN(classes), NULL, 0);
    for (size_t i = 0; i < ARRAY_LEN(primitives); i++) {
        struct class *c = class_mention(vm, primitives[i]);
        c->flags |= CLASSF_KNOWN | CLASSF_PRIMITIVE;
        c->super = NULL;
    }
    register_exceptions(vm);
}
