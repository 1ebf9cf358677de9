// JsonBuilder. Closures are evaluated when they are given, not when the text is asked for; what they make
// is plain maps and lists.
package groovy.json

class JsonBuilder {
    def content

    JsonBuilder() {}

    JsonBuilder(content) { this.content = content }

    def call(Map m) { content = m }

    def call(List l) { content = l }

    def call(Closure c) { content = JsonFields.of(c) }

    def call(Iterable items, Closure c) { content = JsonFields.each(items, c) }

    def call(Object... items) { content = items.toList() }

    def invokeMethod(String name, args) { content = [(name): JsonFields.value(args)] }

    String toString() { JsonOutput.toJson(content) }

    String toPrettyString() { JsonOutput.prettyPrint(toString()) }

    def writeTo(writer) {
        writer << toString()
        writer
    }
}

// What the calls and assignments in a builder's closure make.
class JsonFields {
    private Map fields = [:]

    static Map of(Closure c, Object... args) {
        def d = new JsonFields(), code = c.clone()
        code.delegate = d
        code.resolveStrategy = Closure.DELEGATE_FIRST
        code.call(*args)
        d.fields
    }

    static List each(items, Closure c) {
        def all = []
        for (x in items) all.add(of(c, x))
        all
    }

    static value(args) {
        if (args.length == 0) return [:]
        if (args.length == 1) return args[0] instanceof Closure ? of(args[0]) : args[0]
        def last = args[-1]
        if (args.length == 2 && last instanceof Closure && args[0] instanceof Map) return args[0] + of(last)
        if (args.length == 2 && last instanceof Closure && args[0] instanceof Iterable) return each(args[0], last)
        if (args.length == 2 && last instanceof Closure) return of(last, args[0])
        args.toList()
    }

    def invokeMethod(String name, args) {
        fields.put(name, value(args))
        fields.get(name)
    }
}
