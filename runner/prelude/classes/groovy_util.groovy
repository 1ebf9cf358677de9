// Expando, Eval, ConfigSlurper. A configuration is compiled as a closure and run with a ConfigScope as its
// only delegate, so that each name in it is a key; no class loader and no script class is involved.
package groovy.util

class Expando {
    private Map values = [:]

    Expando() {}

    Expando(Map m) { values.putAll(m) }

    Map getProperties() { values }

    def getProperty(String name) { name == 'properties' ? values : values.get(name) }

    void setProperty(String name, v) { values.put(name, v) }

    def invokeMethod(String name, args) {
        def c = values.get(name)
        if (!(c instanceof Closure)) throw new MissingMethodException(name, Expando, args as Object[])
        c = c.clone()
        c.delegate = this
        c.resolveStrategy = Closure.DELEGATE_FIRST
        c.call(*args)
    }

    String toString() {
        def c = values.get('toString')
        c instanceof Closure ? c.call().toString() : values.toString()
    }
}

class Eval {
    static me(String text) { new GroovyShell().evaluate(text) }

    static me(String name, v, String text) { new GroovyShell(new Binding([(name): v])).evaluate(text) }

    static x(x, String text) { me('x', x, text) }

    static xy(x, y, String text) { new GroovyShell(new Binding([x: x, y: y])).evaluate(text) }

    static xyz(x, y, z, String text) { new GroovyShell(new Binding([x: x, y: y, z: z])).evaluate(text) }
}

class ConfigObject extends LinkedHashMap {
    def getProperty(String name) { get(name) }

    def get(Object name) {
        if (!containsKey(name)) put(name, new ConfigObject())
        super.get(name)
    }

    Map flatten() {
        def result = new ConfigObject()
        $flatten(result, '', this)
        result
    }

    private static void $flatten(result, String prefix, Map from) {
        for (e in from.entrySet()) {
            if (e.value instanceof Map && !e.value.isEmpty()) $flatten(result, prefix + e.key + '.', e.value)
            else result.put(prefix + e.key, e.value)
        }
    }

    Map merge(Map other) {
        for (e in other.entrySet()) {
            def mine = containsKey(e.key) ? super.get(e.key) : null
            if (mine instanceof ConfigObject && e.value instanceof Map) mine.merge(e.value)
            else put(e.key, e.value)
        }
        this
    }

    Properties toProperties() {
        def p = new Properties()
        for (e in flatten().entrySet()) p.put(e.key, String.valueOf(e.value))
        p
    }
}

// Runs the text as a script whose names are keys: `a.b = 1`, `a { b = 1 }`, environments { dev { … } }.
class ConfigSlurper {
    String environment = ''
    private Map binding = [:]

    ConfigSlurper() {}

    ConfigSlurper(String environment) { this.environment = environment }

    void setBinding(Map m) { binding = m }

    ConfigObject parse(Properties p) {
        def config = new ConfigObject()
        for (e in p.entrySet()) {
            def keys = e.key.split('\\.'), at = config
            for (int i = 0; i < keys.length - 1; i++) at = at.get(keys[i])
            at.put(keys[-1], e.value)
        }
        config
    }

    ConfigObject parse(String text) {
        def config = new ConfigObject()
        def code = new GroovyShell().parse('{ -> ' + text + '\n}').run()
        fill(config, code, null)
        config
    }

    void fill(ConfigObject config, Closure code, outer) {
        code.delegate = new ConfigScope(this, config, binding, outer)
        code.resolveStrategy = Closure.DELEGATE_ONLY
        code.call()
    }
}

class ConfigScope {
    private slurper, config, names, outer

    ConfigScope(slurper, config, names, outer) {
        this.slurper = slurper
        this.config = config
        this.names = names
        this.outer = outer
    }

    // The innermost scope that has the name.
    def $find(String name) { config.containsKey(name) || outer == null ? config : outer.$find(name) }

    def getProperty(String name) {
        def from = $find(name)
        from.containsKey(name) ? from.get(name) : names.containsKey(name) ? names.get(name) : config.get(name)
    }

    void setProperty(String name, v) { config.put(name, v) }

    def invokeMethod(String name, args) {
        if (args.length != 1 || !(args[0] instanceof Closure)) throw new MissingMethodException(name, ConfigScope, args)
        if (name == 'environments') slurper.fill(new ConfigEnvironments(slurper.environment, config), args[0], this)
        else slurper.fill(config.get(name), args[0], this)
        null
    }
}

// Of environments { } only the chosen one counts.
class ConfigEnvironments extends ConfigObject {
    private String chosen
    private ConfigObject into

    ConfigEnvironments(String chosen, ConfigObject into) {
        this.chosen = chosen
        this.into = into
    }

    def get(Object name) { name == chosen ? into : new ConfigObject() }
}
