// Small classes of java.util, on lists and sets: right in what they give, linear where Java has something
// better.
package java.util

class StringJoiner {
    private String by, prefix, suffix, empty
    private List parts = []

    StringJoiner(CharSequence by, CharSequence prefix = '', CharSequence suffix = '') {
        this.by = by
        this.prefix = prefix
        this.suffix = suffix
    }

    StringJoiner add(CharSequence text) {
        parts.add(String.valueOf(text))
        this
    }

    StringJoiner setEmptyValue(CharSequence text) {
        empty = text
        this
    }

    int length() { toString().length() }

    String toString() { parts.isEmpty() && empty != null ? empty : prefix + parts.join(by) + suffix }
}

// Kept sorted, in the order in which poll() gives them: add() is O(n). Java's iterates in the order of its heap.
class PriorityQueue extends ArrayList implements Queue {
    private order

    PriorityQueue() {}
    PriorityQueue(int size) {}
    PriorityQueue(Collection c) { addAll(c) }
    PriorityQueue(Comparator c) { order = c }
    PriorityQueue(int size, Comparator c) { order = c }

    boolean add(x) {
        int at = 0
        while (at < size() && (order ? order.compare(get(at), x) : get(at) <=> x) <= 0) at++
        super.add(at, x)
        true
    }

    boolean offer(x) { add(x) }

    def leftShift(x) {
        add(x)
        this
    }

    boolean addAll(Collection c) {
        for (x in c) add(x)
        c.size() > 0
    }

    def poll() { isEmpty() ? null : super.removeAt(0) }

    def remove() { element() == null ? null : poll() }

    def peek() { isEmpty() ? null : get(0) }

    def element() {
        if (isEmpty()) throw new NoSuchElementException()
        get(0)
    }
}

class Scanner {
    private String text
    private int at = 0
    private String delimiter = '\\s+'

    Scanner(source) { text = source instanceof CharSequence ? source.toString() : source.text }

    Scanner useDelimiter(pattern) {
        delimiter = pattern.toString()
        this
    }

    // Where the next token begins and ends, or null.
    private token() {
        def m = text.substring(at) =~ "(?:${delimiter})?(.+?)(?:${delimiter}|\\z)"
        m.lookingAt() && m.group(1) ? [at + m.start(1), at + m.end(1)] : null
    }

    boolean hasNext() { token() != null }

    String next() {
        def t = token()
        if (t == null) throw new NoSuchElementException()
        at = t[1]
        text.substring(t[0], t[1])
    }

    boolean hasNextInt() {
        def t = token()
        t != null && text.substring(t[0], t[1]).isInteger()
    }

    int nextInt() {
        if (!hasNextInt() && hasNext()) throw new InputMismatchException('For input string: "' + next() + '"')
        next().toInteger()
    }

    long nextLong() { next().toLong() }

    double nextDouble() { next().toDouble() }

    boolean nextBoolean() { next().toBoolean() }

    boolean hasNextLine() { at < text.length() }

    String nextLine() {
        if (at >= text.length()) throw new NoSuchElementException('No line found')
        int end = text.indexOf('\n', at)
        def line = text.substring(at, end < 0 ? text.length() : end)
        at = end < 0 ? text.length() : end + 1
        line.endsWith('\r') ? line.substring(0, line.length() - 1) : line
    }

    void close() {}
}

class BitSet {
    private Set bits = new TreeSet()

    BitSet() {}
    BitSet(int size) {}

    void set(int i) { bits.add(i) }

    void set(int i, boolean on) { on ? bits.add(i) : bits.remove((Object) i) }

    void clear(int i) { bits.remove((Object) i) }

    void flip(int i) { set(i, !get(i)) }

    boolean get(int i) { bits.contains(i) }

    boolean getAt(int i) { bits.contains(i) }

    int cardinality() { bits.size() }

    int nextSetBit(int from) {
        for (i in bits) if (i >= from) return i
        -1
    }

    int nextClearBit(int from) {
        while (bits.contains(from)) from++
        from
    }

    int length() { bits.isEmpty() ? 0 : bits.last() + 1 }

    boolean isEmpty() { bits.isEmpty() }

    String toString() { '{' + bits.join(', ') + '}' }
}

// Base64.getMimeEncoder(): lines of 76 characters.
class Base64MimeEncoder {
    String encodeToString(bytes) {
        bytes.encodeBase64().toString().replaceAll(/.{76}(?=.)/) { it + '\r\n' }
    }

    def encode(bytes) { encodeToString(bytes).bytes }
}

class StringTokenizer {
    private List tokens
    private int at = 0

    StringTokenizer(String text, String delimiters = ' \t\n\r\f', boolean keep = false) {
        tokens = []
        def token = ''
        for (c in text.toList()) {
            if (!delimiters.contains(c)) {
                token += c
                continue
            }
            if (token) tokens << token
            if (keep) tokens << c
            token = ''
        }
        if (token) tokens << token
    }

    boolean hasMoreTokens() { at < tokens.size() }

    boolean hasMoreElements() { hasMoreTokens() }

    String nextToken() {
        if (!hasMoreTokens()) throw new NoSuchElementException()
        tokens[at++]
    }

    Object nextElement() { nextToken() }

    // Groovy walks an Enumeration as it does an Iterator.
    boolean hasNext() { hasMoreTokens() }

    def next() { nextToken() }

    Iterator iterator() {
        def rest = tokens.drop(at)
        at = tokens.size()
        rest.iterator()
    }

    List toList() { iterator().toList() }

    int countTokens() { tokens.size() - at }
}
