// What XmlSlurper's results are: a path into the document, evaluated when it is made. No closure in these
// classes names a member by itself: names of theirs are names of elements.
package groovy.util.slurpersupport

class XmlItem {
    public String tag
    public Map attrs
    public XmlItem up
    public List kids = []

    XmlItem(String tag, Map attrs, XmlItem up) {
        this.tag = tag
        this.attrs = attrs
        this.up = up
    }

    String text() {
        def out = new StringBuilder()
        for (k in kids) out.append(k instanceof XmlItem ? k.text() : k.toString())
        out.toString()
    }

    void collectAll(List to) {
        to.add(this)
        for (k in kids) if (k instanceof XmlItem) k.collectAll(to)
    }
}

class GPathResult implements Iterable {
    // The elements of this result.
    List $items() { [] }

    private static List children(List items, String name) {
        def found = []
        for (item in items) for (k in item.kids) if (k instanceof XmlItem && (name == '*' || k.tag == name)) found.add(k)
        found
    }

    def $path(String name) {
        if (name.startsWith('@')) return $attribute(name.substring(1))
        if (name == '..') return parent()
        if (name == '**') return depthFirst()
        new NodeChildren(children($items(), name.substring(name.indexOf(':') + 1)), name)
    }

    def getProperty(String name) { $path(name) }

    void setProperty(String name, v) {
        if (name.startsWith('@')) $setAttribute(name.substring(1), v)
        else for (n in $path(name).$items()) n.kids = [String.valueOf(v)]
    }

    def $attribute(String name) {
        name = name.substring(name.indexOf(':') + 1)
        def found = []
        for (item in $items()) if (item.attrs.containsKey(name)) found.add(item.attrs.get(name))
        new Attributes(found, name)
    }

    void $setAttribute(String name, v) { for (item in $items()) item.attrs.put(name, String.valueOf(v)) }

    def getAt(String name) { $path(name) }

    void putAt(String name, v) { setProperty(name, v) }

    def getAt(int i) {
        def items = $items()
        if (i < 0) i += items.size()
        i >= 0 && i < items.size() ? new NodeChild(items.get(i), this) : new NoChildren()
    }

    def getAt(IntRange r) { toList().getAt(r) }

    String text() {
        def out = new StringBuilder()
        for (item in $items()) out.append(item.text())
        out.toString()
    }

    String toString() { text() }

    int size() { $items().size() }

    boolean isEmpty() { size() == 0 }

    boolean asBoolean() { true }

    String name() { $items().isEmpty() ? null : $items().get(0).tag }

    List localText() {
        def found = []
        for (item in $items()) for (k in item.kids) if (k instanceof String) found.add(k)
        found
    }

    def children() { new NodeChildren(children($items(), '*'), '*') }

    def parent() {
        def found = []
        for (item in $items()) if (item.up != null) found.add(item.up)
        found.isEmpty() ? this : new NodeChild(found.get(0), null)
    }

    private List wrap(List items) {
        def found = []
        for (item in items) found.add(new NodeChild(item, this))
        found
    }

    Iterator iterator() { wrap($items()).iterator() }

    def depthFirst() {
        def all = []
        for (item in $items()) item.collectAll(all)
        wrap(all).iterator()
    }

    def breadthFirst() {
        def all = [], level = $items()
        while (!level.isEmpty()) {
            all.addAll(level)
            level = children(level, '*')
        }
        wrap(all).iterator()
    }

    List list() { wrap($items()) }

    def find(Closure c) {
        for (n in wrap($items())) if (c.call(n)) return n
        new NoChildren()
    }

    def findAll(Closure c) {
        def found = []
        for (item in $items()) if (c.call(new NodeChild(item, this))) found.add(item)
        new NodeChildren(found, '*')
    }

    def replaceBody(v) { for (item in $items()) item.kids = [String.valueOf(v)] }

    def replaceNode(Closure c) { throw new UnsupportedOperationException('replaceNode: not in this program') }

    Integer toInteger() { text().toInteger() }

    Long toLong() { text().toLong() }

    Float toFloat() { text().toFloat() }

    Double toDouble() { text().toDouble() }

    BigDecimal toBigDecimal() { text().toBigDecimal() }

    BigInteger toBigInteger() { text().toBigInteger() }

    def asType(Class c) { c == Object || c == GPathResult ? this : text().asType(c) }

    boolean equals(o) { o != null && text() == o.toString() }

    int hashCode() { text().hashCode() }
}

class NodeChild extends GPathResult {
    private XmlItem item
    private from

    NodeChild(XmlItem item, from) {
        this.item = item
        this.from = from
    }

    List $items() { [item] }

    Map attributes() { item.attrs }

    def appendNode(v) { throw new UnsupportedOperationException('appendNode: not in this program') }
}

class NodeChildren extends GPathResult {
    private List items
    private String path

    NodeChildren(List items, String path) {
        this.items = items
        this.path = path
    }

    List $items() { items }

    Map attributes() { items.isEmpty() ? null : items.get(0).attrs }
}

class NoChildren extends GPathResult {
}

class Attributes extends GPathResult {
    private List values
    private String key

    Attributes(List values, String key) {
        this.values = values
        this.key = key
    }

    String text() { values.join('') }

    String name() { key }

    int size() { values.size() }

    Iterator iterator() { values.iterator() }

    List list() { values }

    def getAt(int i) { i < values.size() ? new Attributes([values.get(i)], key) : new NoChildren() }

    def find(Closure c) { values.find(c) }

    def findAll(Closure c) { new Attributes(values.findAll(c), key) }
}
