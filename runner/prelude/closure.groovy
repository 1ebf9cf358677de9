// Closures that remember their results. The bounds of the cache are taken as none: a build is short.
// Arguments are keys by their equals(), as in Groovy.

class ClosureMethods {
    // Of closures that stand for a Comparator.
    static reversed(self) { Comparator.reversed(self) }

    static thenComparing(self, Closure c) { Comparator.then(self, c.maximumNumberOfParameters == 1 ? Comparator.comparing(c) : c) }

    static thenComparing(self, Comparator c) { Comparator.then(self, c) }

    static thenComparing(self, Closure key, order) { Comparator.then(self, Comparator.comparing(key, order)) }

    static thenComparingInt(self, Closure key) { self.thenComparing(key) }

    static trampoline(self) { new groovy.lang.TrampolineClosure(self) }

    static trampoline(self, Object... args) { new groovy.lang.TrampolineClosure(args ? self.curry(*args) : self) }

    static memoize(self) {
        def known = [:]
        return { Object... args ->
            def key = args.toList()
            if (!known.containsKey(key)) known.put(key, self.call(*args))
            known.get(key)
        }
    }

    static memoizeAtMost(self, int most) { self.memoize() }

    static memoizeAtLeast(self, int least) { self.memoize() }

    static memoizeBetween(self, int least, int most) { self.memoize() }
}
