// Templates become Groovy text that appends to `out`.
package groovy.text

class Template {
    private String source

    Template(String source) { this.source = source }

    TextTemplate make() { make([:]) }

    TextTemplate make(Map names) { new TextTemplate(source, names) }
}

// The text of a template with its names, made when it is asked for.
class TextTemplate {
    private String source
    private Map names

    TextTemplate(String source, Map names) {
        this.source = source
        this.names = names
    }

    def writeTo(writer) {
        writer << toString()
        writer
    }

    String toString() {
        def out = new StringWriter()
        def values = new LinkedHashMap(names)
        values.put('out', out)
        new GroovyShell(new Binding(values)).evaluate(source, 'SimpleTemplateScript1')
        out.toString()
    }
}

class SimpleTemplateEngine {
    SimpleTemplateEngine() {}
    SimpleTemplateEngine(boolean verbose) {}

    Template createTemplate(source) {
        def text = source instanceof CharSequence ? source.toString() : source.text
        def code = new StringBuilder('out << """')
        int i = 0
        while (i < text.length()) {
            if (text.startsWith('<%', i)) {
                int end = text.indexOf('%>', i)
                if (end < 0) throw new groovy.lang.GroovyRuntimeException('Failed to parse template script: <% without %>')
                boolean value = text.startsWith('<%=', i)
                code.append(value ? '${' + text.substring(i + 3, end) + '}' : '""";' + text.substring(i + 2, end) + ';out << """')
                i = end + 2
            } else if (text.startsWith('${', i)) {
                int end = closing(text, i + 2)
                code.append(text.substring(i, end))
                i = end
            } else {
                def c = text.substring(i, i + 1)
                code.append(c == '"' ? '\\"' : c == '\\' ? keepsEscape(text, i) : c == '\r' ? '' : c)
                i++
            }
        }
        new Template(code.append('""";').toString())
    }

    // A backslash before $ or a quote stays one for Groovy, any other is text.
    protected String keepsEscape(String text, int i) { text.startsWith('\\$', i) ? '\\' : '\\\\' }

    private static int closing(String text, int i) {
        for (int depth = 1; i < text.length(); i++) {
            def c = text.charAt(i)
            if (c == '{') depth++
            if (c == '}' && --depth == 0) return i + 1
        }
        i
    }
}

class GStringTemplateEngine extends SimpleTemplateEngine {
}

class StreamingTemplateEngine extends SimpleTemplateEngine {
}
