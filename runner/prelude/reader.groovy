// What reads its input whole: Properties.load() and a script's evaluate(). Both need LibrarySupport, the C
// side of this library.

class PropertiesMethods {
    static load(self, source) {
        self.putAll(org.codehaus.groovy.runtime.LibrarySupport.properties(source.text))
        null
    }

    static store(self, out, comments) {
        if (comments != null) out << '#' + comments + '\n'
        for (e in self) out << e.key + '=' + e.value + '\n'
        null
    }
}

class ScriptMethods {
    static evaluate(self, String text) {
        def script = org.codehaus.groovy.runtime.LibrarySupport.script(text, 'Script1')
        script.binding = self.binding
        script.run()
    }
}
