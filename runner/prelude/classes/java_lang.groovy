// Package, and what System.out is.
package java.lang

class Package {
    final String name

    Package(String name) { this.name = name }

    String toString() { "package $name" }
}

// System.out and System.err: to where println() writes.
class ConsoleStream {
    void print(x) { $write(String.valueOf(x)) }

    void println(x = '') { $write(String.valueOf(x) + '\n') }

    void printf(String format, Object... args) { $write(String.format(format, *args)) }

    def append(x) { leftShift(x) }

    def leftShift(x) {
        $write(String.valueOf(x))
        this
    }

    void write(x) { $write(x instanceof Number ? String.valueOf((char) x) : String.valueOf(x)) }

    void flush() {}

    void close() {}

    private void $write(String text) { org.codehaus.groovy.runtime.LibrarySupport.print(text) }
}
