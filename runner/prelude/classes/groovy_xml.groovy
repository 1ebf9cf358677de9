// MarkupBuilder and XmlUtil: text is written as it is built, nothing is kept.
package groovy.xml

import groovy.util.slurpersupport.GPathResult
import groovy.util.slurpersupport.XmlItem

class MarkupBuilder {
    private out
    private int depth = 0
    private boolean first = true, inside = false, nested = false
    boolean doubleQuotes = false, omitNullAttributes = false, omitEmptyAttributes = false, escapeAttributes = true

    MarkupBuilder() { out = new PrintedLines() }

    MarkupBuilder(writer) { out = writer }

    private static String escape(String s) { s.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;') }

    private String quoted(v) {
        def q = doubleQuotes ? '"' : "'"
        q + escape(v.toString()).replace(q, doubleQuotes ? '&quot;' : '&apos;').replace('\n', '&#10;') + q
    }

    def getMkp() { new MarkupHelper(this) }

    void $yield(v, boolean escaped) { out.append(escaped ? escape(v.toString()) : v.toString()) }

    def invokeMethod(String name, args) {
        def attributes = [:], value = null, body = null
        for (a in args) {
            if (a instanceof Map) attributes = a
            else if (a instanceof Closure) body = a
            else value = a
        }
        if (!first) out.append('\n' + '  ' * depth)
        first = false
        nested = true
        out.append('<' + name)
        for (e in attributes.entrySet()) {
            if ((e.value == null && omitNullAttributes) || (!e.value && omitEmptyAttributes)) continue
            out.append(' ' + e.key + '=' + quoted(e.value == null ? '' : e.value))
        }
        if (value == null && body == null) {
            out.append(args.length > (attributes.isEmpty() ? 0 : 1) ? '></' + name + '>' : ' />')
            return null
        }
        out.append('>')
        if (value != null) out.append(escape(value.toString()))
        if (body != null) inner(name, body)
        out.append('</' + name + '>')
        nested = true
        out
    }

    private void inner(String name, Closure body) {
        depth++
        nested = false
        body.delegate = this
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body.call(this)
        depth--
        if (nested) out.append('\n' + '  ' * depth)
    }
}

class MarkupHelper {
    private builder

    MarkupHelper(builder) { this.builder = builder }

    void yield(v) { builder.$yield(v, true) }

    void yieldUnescaped(v) { builder.$yield(v, false) }

    void comment(v) { builder.$yield('<!-- ' + v + ' -->', false) }

    void xmlDeclaration(Map m = [:]) {
        def text = ''
        for (e in m.entrySet()) text += " ${e.key}='${e.value}'"
        builder.$yield("<?xml$text?>\n", false)
    }
}

// Without a writer the builder prints.
class PrintedLines {
    def append(text) { print(text) }
}

class XmlUtil {
    static String escapeXml(String s) {
        s.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;').replace("'", '&apos;')
    }

    static String escapeControlCharacters(String s) { s.replaceAll(/[\x00-\x1F\x7F]/) { '&#' + (int) it.charAt(0) + ';' } }

    static String serialize(x) {
        def root = x instanceof GPathResult ? x.$items().get(0) : x instanceof CharSequence ? new XmlParser().parseText(x.toString()) : x
        '<?xml version="1.0" encoding="UTF-8"?>' + $pretty(root, 0) + '\n'
    }

    static void serialize(x, out) { out << serialize(x) }

    private static String text(v) { v.toString().replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;') }

    static String $pretty(n, int depth) {
        boolean item = n instanceof XmlItem
        def pad = '  ' * depth, name = item ? n.tag : n.name(), kids = item ? n.kids : n.children()
        def out = pad + '<' + name
        for (e in (item ? n.attrs : n.attributes()).entrySet()) out += ' ' + e.key + '="' + text(e.value).replace('"', '&quot;') + '"'
        if (kids.isEmpty()) return out + '/>'
        boolean mixed = false
        for (k in kids) mixed = mixed || k instanceof CharSequence
        out += '>'
        for (k in kids) out += k instanceof CharSequence ? text(k) : mixed ? $pretty(k, 0) : '\n' + $pretty(k, depth + 1)
        out + (mixed ? '' : '\n' + pad) + '</' + name + '>'
    }
}
