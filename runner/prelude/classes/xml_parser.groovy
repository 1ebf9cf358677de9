// XmlParser and its Node. Nodes answer to names of elements by getProperty(), so their own fields have
// names that no document is likely to use (up, tag, attrs, kids), and are private.
package groovy.util

class XmlParser {
    XmlParser() {}
    XmlParser(boolean validating, boolean namespaces) {}

    Node parseText(String text) { make(null, org.codehaus.groovy.runtime.LibrarySupport.xml(text)) }

    Node parse(source) { parseText(source instanceof CharSequence ? new File(source.toString()).text : source.text) }

    private Node make(Node parent, List raw) {
        def node = new Node(parent, raw[0], raw[1])
        for (child in raw[2]) {
            if (child instanceof List) make(node, child)
            else node.children().add(child)
        }
        node
    }
}

class Node {
    private Node up
    private Object tag
    private Map attrs
    private List kids

    Node(Node parent, name) {
        init(parent, name, [:], [])
    }

    Node(Node parent, name, Map attributes) {
        init(parent, name, attributes, [])
    }

    Node(Node parent, name, Map attributes, value) {
        init(parent, name, attributes, value instanceof List ? value : [value])
    }

    Node(Node parent, name, value) {
        init(parent, name, [:], value instanceof List ? value : [value])
    }

    private void init(Node parent, name, Map attributes, List children) {
        up = parent
        tag = name
        attrs = attributes
        kids = children
        for (k in children) if (k instanceof Node) k.setParent(this)
        if (parent != null) parent.children().add(this)
    }

    def name() { tag }

    Map attributes() { attrs }

    def attribute(name) { attrs.get(name) }

    List children() { kids }

    Node parent() { up }

    void setParent(Node p) { up = p }

    def value() { kids }

    void setValue(v) { kids = v instanceof List ? v : [v] }

    List localText() { kids.findAll { it instanceof String } }

    String text() {
        def out = new StringBuilder()
        for (k in kids) out.append(k instanceof Node ? k.text() : k.toString())
        out.toString()
    }

    private static boolean matches(Node n, String name) {
        def tag = n.name().toString()
        name == '*' || tag == name || tag.substring(tag.indexOf(':') + 1) == name
    }

    def get(String name) {
        if (name == '..') return up
        if (name == '**') return depthFirst()
        if (name.startsWith('@')) return attrs.get(name.substring(1))
        def found = new NodeList()
        for (k in kids) if (k instanceof Node && matches(k, name)) found.add(k)
        found
    }

    def getProperty(String name) { get(name) }

    void setProperty(String name, v) {
        if (name.startsWith('@')) attrs.put(name.substring(1), v)
        else if (name == 'value') setValue(v)
        else throw new groovy.lang.GroovyRuntimeException('setting node children is not supported: use appendNode() or setValue()')
    }

    def getAt(String name) { get(name) }

    def $attribute(String name) { attrs.get(name) }

    void $setAttribute(String name, v) { attrs.put(name, v) }

    Iterator iterator() { kids.iterator() }

    def each(Closure c) {
        for (k in kids) c.call(k)
        this
    }

    List depthFirst() {
        def found = new NodeList()
        found.add(this)
        for (k in kids) if (k instanceof Node) found.addAll(k.depthFirst())
        found
    }

    List breadthFirst() {
        def found = new NodeList(), level = [this]
        while (level) {
            found.addAll(level)
            def next = []
            for (n in level) for (k in n.children()) if (k instanceof Node) next.add(k)
            level = next
        }
        found
    }

    Node appendNode(name, Map attributes = [:], value = null) {
        value == null ? new Node(this, name, attributes) : new Node(this, name, attributes, value)
    }

    void append(Node child) {
        child.setParent(this)
        kids.add(child)
    }

    boolean remove(Node child) { kids.removeAll { it.is(child) } }

    Node replaceNode(Node n) {
        int at = up.children().findIndexOf { it.is(this) }
        n.setParent(up)
        up.children().set(at, n)
        this
    }

    String toString() { "$tag[attributes=$attrs; value=$kids]" }
}

class NodeList extends ArrayList {
    NodeList() {}
    NodeList(Collection c) { addAll(c) }

    def getAt(String name) {
        if (name.startsWith('@')) return this.collect { it.attribute(name.substring(1)) }
        def found = new NodeList()
        for (n in this) if (n instanceof Node) found.addAll(n.get(name))
        found
    }

    def getProperty(String name) { getAt(name) }

    def $attribute(String name) { getAt('@' + name) }

    String text() {
        def out = new StringBuilder()
        for (n in this) out.append(n instanceof Node ? n.text() : n.toString())
        out.toString()
    }
}

class XmlNodePrinter {
    private out

    XmlNodePrinter() {}
    XmlNodePrinter(out) { this.out = out }

    void print(Node node) {
        def text = groovy.xml.XmlUtil.$pretty(node, 0)
        if (out == null) println(text)
        else out.println(text)
    }
}
