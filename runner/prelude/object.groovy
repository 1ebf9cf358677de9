// Methods that take closures, for every object: DefaultGroovyMethods' on Object. They are Groovy, since a
// closure may park in a step: a native method that called it could not be left in the middle. `for (x in
// self)` iterates whatever the object has to iterate. A class XMethods holds methods of X, its first
// parameter is the object; a file is compiled when one of its methods is first called. Members that begin
// with $ are of the library alone, no script means them.

class ObjectMethods {
    static each(self, Closure c) {
        for (x in self) c.call(x)
        self
    }

    static eachWithIndex(self, Closure c) {
        int i = 0
        for (x in self) c.call(x, i++)
        self
    }

    static collect(self) {
        def result = []
        for (x in self) result.add(x)
        result
    }

    static collect(self, Closure c) {
        def result = []
        for (x in self) result.add(c.call(x))
        result
    }

    static collect(self, Collection into, Closure c) {
        for (x in self) into.add(c.call(x))
        into
    }

    static find(self) {
        for (x in self) if (x) return x
        null
    }

    static find(self, Closure c) {
        for (x in self) if (c.call(x)) return x
        null
    }

    static findAll(self) {
        def result = []
        for (x in self) if (x) result.add(x)
        result
    }

    static findAll(self, Closure c) {
        def result = []
        for (x in self) if (c.call(x)) result.add(x)
        result
    }

    static findResult(self, Closure c) {
        for (x in self) {
            def r = c.call(x)
            if (r != null) return r
        }
        null
    }

    static findResult(self, other, Closure c) {
        for (x in self) {
            def r = c.call(x)
            if (r != null) return r
        }
        other
    }

    static findIndexOf(self, Closure c) {
        self.findIndexOf(0, c)
    }

    static findIndexOf(self, int start, Closure c) {
        int i = 0
        for (x in self) {
            if (i >= start && c.call(x)) return i
            i++
        }
        -1
    }

    static findLastIndexOf(self, Closure c) {
        self.findLastIndexOf(0, c)
    }

    static findLastIndexOf(self, int start, Closure c) {
        int i = 0, last = -1
        for (x in self) {
            if (i >= start && c.call(x)) last = i
            i++
        }
        last
    }

    static findIndexValues(self, Closure c) {
        self.findIndexValues(0, c)
    }

    static findIndexValues(self, Number start, Closure c) {
        def result = []
        long i = 0
        for (x in self) {
            if (i >= start && c.call(x)) result.add(i)
            i++
        }
        result
    }

    static any(self) {
        for (x in self) if (x) return true
        false
    }

    static any(self, Closure c) {
        for (x in self) if (c.call(x)) return true
        false
    }

    static every(self) {
        for (x in self) if (!x) return false
        true
    }

    static every(self, Closure c) {
        for (x in self) if (!c.call(x)) return false
        true
    }

    static inject(self, Closure c) {
        def sum = null
        boolean first = true
        for (x in self) {
            sum = first ? x : c.call(sum, x)
            first = false
        }
        if (first)
            throw new NoSuchElementException('Cannot call inject() on an empty collection without passing an initial value.')
        sum
    }

    static inject(self, initial, Closure c) {
        def sum = initial
        for (x in self) sum = c.call(sum, x)
        sum
    }

    static grep(self) {
        def result = []
        for (x in self) if (x) result.add(x)
        result
    }

    static grep(self, filter) {
        def result = []
        for (x in self) if (x in filter) result.add(x)
        result
    }

    static split(self, Closure c) {
        def yes = [], no = []
        for (x in self) (c.call(x) ? yes : no).add(x)
        [yes, no]
    }

    static with(self, Closure c) {
        def d = c.clone()
        d.resolveStrategy = 1
        d.delegate = self
        d.call(self)
    }

    static identity(self, Closure c) {
        self.with(c)
    }

    static getMetaClass(self) { new groovy.lang.MetaClass(self) }

    // What a @Memoized method does: the one that stands in the text has the name `real`. The key begins with the
    // object, where Groovy has a cache for each: objects that are equal share their results.
    static $memoized(self, Map known, String real, List args, List key) {
        if (!known.containsKey(key)) known.put(key, self."$real"(*args))
        known.get(key)
    }
}

class ClassMethods {
    static getPackage(self) { self.packageName ? new Package(self.packageName) : null }
}
