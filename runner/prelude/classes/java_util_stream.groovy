// What Stream.iterate() and Stream.generate() give: elements made one by one, until limit() or a search ends it.
package java.util.stream

class EndlessStream {
    private Closure next

    EndlessStream(Closure next) { this.next = next }

    EndlessStream map(Closure c) {
        def from = next
        new EndlessStream({ -> c.call(from.call()) })
    }

    EndlessStream filter(Closure c) {
        def from = next
        new EndlessStream({ ->
            def x = from.call()
            while (!c.call(x)) x = from.call()
            x
        })
    }

    EndlessStream skip(long n) {
        for (long i = 0; i < n; i++) next.call()
        this
    }

    def limit(long n) {
        def items = []
        for (long i = 0; i < n; i++) items.add(next.call())
        items.stream()
    }

    def takeWhile(Closure c) {
        def items = []
        for (def x = next.call(); c.call(x); x = next.call()) items.add(x)
        items.stream()
    }

    boolean anyMatch(Closure c) {
        while (!c.call(next.call())) {}
        true
    }

    def findFirst() { Optional.of(next.call()) }

    def mapToObj(Closure c) { map(c) }

    def boxed() { this }
}
