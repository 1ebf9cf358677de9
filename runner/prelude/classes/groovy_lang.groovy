// Tuple, GroovyShell and what else of groovy.lang is easier to say in Groovy. A shell's scripts run in the
// VM of the build, with its own rights.
package groovy.lang

class Tuple extends ArrayList {
    Tuple(Object... items) { for (x in items) super.add(x) }

    def subTuple(int from, int to) { new Tuple(subList(from, to) as Object[]) }

    boolean add(x) { throw new UnsupportedOperationException() }
}

class Tuple2 extends Tuple {
    Tuple2(first, second) { super(first, second) }

    def getFirst() { get(0) }

    def getSecond() { get(1) }
}

class GroovyShell {
    final Binding context

    GroovyShell() { context = new Binding() }

    GroovyShell(Binding binding) { context = binding }

    GroovyShell(loader, Binding binding) { context = binding }

    Script parse(text, String name = 'Script1') {
        def script = org.codehaus.groovy.runtime.LibrarySupport.script(text instanceof CharSequence ? text.toString() : text.text, name)
        script.binding = context
        script
    }

    def evaluate(text) { parse(text).run() }

    def evaluate(text, String name) { parse(text).run() }

    void setVariable(String name, v) { context.setVariable(name, v) }

    def getVariable(String name) { context.getVariable(name) }

    void setProperty(String name, v) { context.setVariable(name, v) }
}

// Calls what calls give until it is no other of its kind.
class TrampolineClosure {
    private Closure first

    TrampolineClosure(Closure c) { first = c }

    def call(Object... args) {
        def v = first.call(*args)
        while (v instanceof TrampolineClosure) v = v.$step()
        v
    }

    def $step() { first.call() }

    def trampoline(Object... args) { new TrampolineClosure(args ? first.curry(*args) : first) }
}

class GroovySystem {
    static String getVersion() { '2.4.21' }
}

// x.metaClass: it answers questions. Methods cannot be added or replaced by it; Jenkins' sandbox refuses that, too.
class MetaClass {
    private object

    MetaClass(object) { this.object = object }

    Class getTheClass() { object instanceof Class ? object : object.getClass() }

    def respondsTo(o, String name) { o.respondsTo(name) }

    def respondsTo(o, String name, Object[] args) { o.respondsTo(name, args) }

    def hasProperty(o, String name) { o.hasProperty(name) }

    def invokeMethod(o, String name, args) { args instanceof Object[] ? o."$name"(*args) : args == null ? o."$name"() : o."$name"(args) }

    def getProperty(o, String name) { o."$name" }

    void setProperty(o, String name, v) { o."$name" = v }

    def getProperty(String name) { name == 'theClass' ? getTheClass() : $refuse(name) }

    void setProperty(String name, v) { $refuse(name) }

    private $refuse(String name) {
        throw new UnsupportedOperationException("${getTheClass().name}.metaClass.$name: metaClass cannot be changed here, " +
            'nor in the sandbox of Jenkins; write a function, or a category for use()')
    }

    String toString() { "groovy.lang.MetaClass[${getTheClass()}]" }
}
