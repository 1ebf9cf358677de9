// Readers and streams over what is in memory: the text or the bytes are there from the start.
package java.io

class Reader implements Closeable {
    protected String content = ''
    protected int at = 0

    int read() { at < content.length() ? (int) content.charAt(at++) : -1 }

    String getText() {
        def rest = content.substring(at)
        at = content.length()
        rest
    }

    String readLine() {
        if (at >= content.length()) return null
        int end = content.indexOf('\n', at)
        def line = content.substring(at, end < 0 ? content.length() : end)
        at = end < 0 ? content.length() : end + 1
        line.endsWith('\r') ? line.substring(0, line.length() - 1) : line
    }

    List readLines() { text.readLines() }

    def eachLine(Closure c) { text.eachLine(c) }

    def eachLine(int first, Closure c) { text.eachLine(first, c) }

    def splitEachLine(String by, Closure c) { text.splitEachLine(by, c) }

    def withReader(Closure c) { c.call(this) }

    def lines() { readLines().stream() }

    Iterator iterator() { readLines().iterator() }

    boolean ready() { at < content.length() }

    void close() {}

    void reset() { at = 0 }
}

class StringReader extends Reader {
    StringReader(String text) { content = text }
}

class InputStreamReader extends Reader {
    InputStreamReader(stream) { content = stream.text }
    InputStreamReader(stream, charset) { content = stream.text }
}

class BufferedReader extends Reader {
    BufferedReader(reader) { content = reader.text }
    BufferedReader(reader, int size) { content = reader.text }
}

class InputStream implements Closeable {
    protected List content = []
    protected int at = 0

    int read() { at < content.size() ? (content[at++] & 255) : -1 }

    int available() { content.size() - at }

    byte[] getBytes() { readAllBytes() }

    byte[] readAllBytes() {
        def rest = content.drop(at) as byte[]
        at = content.size()
        rest
    }

    String getText() { org.codehaus.groovy.runtime.LibrarySupport.text(readAllBytes()) }

    String getText(String charset) { text }

    List readLines() { text.readLines() }

    def eachLine(Closure c) { text.eachLine(c) }

    void close() {}
}

class ByteArrayInputStream extends InputStream {
    ByteArrayInputStream(bytes) { content = bytes.toList() }
}

class OutputStream implements Closeable {
    protected List content = []

    void write(int b) { content.add((byte) b) }

    void write(byte[] bytes) { for (b in bytes) content.add(b) }

    void write(byte[] bytes, int from, int n) { for (int i = from; i < from + n; i++) content.add(bytes[i]) }

    def leftShift(x) {
        write(x instanceof byte[] ? x : x.toString().getBytes('UTF-8'))
        this
    }

    void flush() {}

    void close() {}
}

class ByteArrayOutputStream extends OutputStream {
    ByteArrayOutputStream() {}
    ByteArrayOutputStream(int size) {}

    byte[] toByteArray() { content as byte[] }

    int size() { content.size() }

    void reset() { content = [] }

    String toString() { org.codehaus.groovy.runtime.LibrarySupport.text(toByteArray()) }

    String toString(String charset) { toString() }
}

class PrintStream extends OutputStream {
    def to
    PrintStream(target) { to = target }

    void print(x) { to << String.valueOf(x) }

    void println(x) { to << String.valueOf(x) + '\n' }

    void println() { to << '\n' }

    void printf(String format, Object... args) { to << String.format(format, args) }
}
