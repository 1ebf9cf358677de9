/* The declarative engine: walks the model that runner/engine/lower.c makes of a `pipeline { }` block and
 * calls ordinary steps, as Jenkins' ModelInterpreter does [pipeline-model-definition], so that the
 * console, the events and the rules of every step come out the same way as in a scripted pipeline.
 *
 * A model is made of maps; each expression of the pipeline is a closure in the script's own scope. Functions
 * named __x are natives of runner/engine/internals.c. Errors travel as values between stages: the first
 * one is the build's, the later stages see it and are skipped. */

def pipelineMain(Map root) {
    Throwable error = null
    boolean postDone = false
    declare(root)
    try {
        withLibraries(root.libraries) {
            inAgent(root.agent, root, null) {
                withEnvironment(root.environment) {
                    wrapped(root.options, null) {
                        withTools(toolsOf(root, null), true) {
                            error = runStages(root, root.stages, null, null)
                            postDone = true
                            error = rootPost(root, error)
                            if (error != null) {
                                throw error // inside: options { retry } repeats all stages
                            }
                        }
                    }
                }
            }
        }
    } catch (Throwable e) {
        throw postDone ? e : rootPost(root, e)
    }
}

/* Parameters whose defaults are expressions; options of the job; what starts it. */
def declare(root) {
    for (p in root.parameters) {
        def args = declared(p[1])
        if (args != null) {
            __declare(p[0], args)
        }
    }
    for (o in root.options) {
        if (!o.block) {
            __jobOption(o.name, declared(o.args))
        }
    }
    for (t in root.triggers) {
        __trigger(t[0], declared(t[1]))
    }
    __saveJob()
}

/* Symbols of plugins that this program does not know make a declaration that says nothing, not a failed build. */
def declared(Closure args) {
    try {
        return args.call()
    } catch (NoSuchMethodError e) {
        return null
    }
}

/* An error becomes the build's result only here and where a stage has a post section of its own, for which it has to be
 * visible: what a retry repeats must not leave a result behind. */
def rootPost(root, Throwable error) {
    if (root.post && error != null) {
        __fail(error)
    }
    if (!root.post || !root.post.any { __postMatches(it[0], null) }) {
        return error
    }
    try {
        stage('Declarative: Post Actions') {
            error = runPost(root.post, root.agent, error, null)
        }
    } catch (Throwable e) {
        error = error ?: e
    }
    return error
}

/* Runs the matching conditions in Jenkins' order. An error inside one is printed, fails the build, and the next ones run.
 * `own` is the result of the stage that the post section belongs to, null at the root. */
def runPost(conditions, agent, Throwable error, String own) {
    for (c in conditions) {
        try {
            own = own == null ? null : __worst(own, __stageResult()) // a block before may have made it worse
            if (__postMatches(c[0], own)) {
                c[1].call()
            }
        } catch (Throwable thrown) {
            def e = explained(agent, thrown)
            __log("Error when executing ${c[0]} post condition:")
            __logTrace(e)
            __fail(e)
            __markStage(__resultOf(e))
            own = own == null ? null : __worst(own, __resultOf(e))
            error = error ?: e
        }
    }
    return error
}

/* What a step that needs a workspace throws where nothing around gave one: if that is for `agent none`, it is what to
 * change. Other errors are given back as they are. */
def explained(agent, Throwable e) {
    if (!(e instanceof MissingContextVariableException) || !isNone(agent)) {
        return e
    }
    try {
        error('Attempted to execute a step that requires a node context while ‘agent none’ was specified. ' +
            'Be sure to specify your own ‘node { ... }’ blocks when using ‘agent none’.')
    } catch (Throwable explanation) {
        return explanation
    }
}

/* ---- stages */

def runStages(root, stages, Throwable error, String reason) {
    for (s in stages) {
        try {
            runStage(root, s, error, reason)
        } catch (Throwable e) {
            error = error ?: e
        }
    }
    return error
}

def runStage(root, s, Throwable error, String reason) {
    stage(s.name) {
        String why = reason ?: skipReason(root, error)
        if (why) {
            skipStage(root, s, why)
        } else {
            enterStage(root, s)
        }
    }
}

/* Why a stage is not entered, in the words of Jenkins' messages; null: it is. */
def skipReason(root, Throwable error) {
    if (error != null) {
        return 'earlier failure(s)'
    }
    String restart = __restartReason()
    if (restart) {
        return restart
    }
    if (option(root.options, 'skipStagesAfterUnstable') && __result() == 'UNSTABLE') {
        return 'earlier stage(s) marking the build as unstable'
    }
    return __selectionReason()
}

def skipStage(root, s, String why) {
    __log("Stage \"${s.name}\" skipped due to ${why}")
    __skip(why)
    if (s.stages) {
        runStages(root, s.stages, null, why)
    } else if (s.parallel) {
        def branches = [:]
        for (child in s.parallel) {
            def c = child
            branches[c.name] = { -> runStage(root, c, null, why) }
        }
        parallel(branches)
    } else if (s.matrix) {
        def branches = [:]
        for (cell in matrixCells(s)) {
            def c = cell
            branches[c.name] = { -> runStage(root, c, null, why) }
        }
        parallel(branches)
    }
}

/* Most stages are bare: they have nothing that surrounds their content. */
def enterStage(root, s) {
    if (s.bare && !root.perStage) {
        return withCell(s.cell) { stageContent(root, s) }
    }
    withCell(s.cell) {
        whenAllows(root, s, 'beforeOptions') {
            wrapped(s.options, root) {
                whenAllows(root, s, 'beforeInput') {
                    withInput(s) {
                        whenAllows(root, s, 'beforeAgent') {
                            inAgent(s.agent, root, s) {
                                whenAllows(root, s, null) {
                                    withEnvironment(s.environment) {
                                        withTools(toolsOf(root, s), false) {
                                            stageContent(root, s)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

def stageContent(root, s) {
    Throwable error = null
    try {
        if (s.steps) {
            s.steps.call()
        } else if (s.stages) {
            error = runStages(root, s.stages, null, null)
        } else if (s.parallel) {
            runParallel(root, s, s.parallel)
        } else if (s.matrix) {
            runParallel(root, s, matrixCells(s))
        }
    } catch (Throwable e) {
        error = s.steps ? explained(s.agent ?: root.agent, e) : e
    }
    if (error != null) {
        __markStage(__resultOf(error))
        if (s.post) {
            __fail(error)
        }
    }
    if (s.post) {
        error = stagePost(root, s, error)
    }
    if (error != null) {
        throw error
    }
}

def stagePost(root, s, Throwable error) {
    String own = error == null ? __stageResult() : __worst(__resultOf(error), __stageResult())
    if (!s.post.any { __postMatches(it[0], own) }) {
        return error
    }
    __log('Post stage')
    return runPost(s.post, s.agent ?: root.agent, error, own)
}

def runParallel(root, s, children) {
    def branches = [:]
    for (child in children) {
        def c = child
        branches[c.name] = { -> runStage(root, c, null, null) }
    }
    if (s.failFast || option(root.options, 'parallelsAlwaysFailFast')) {
        branches.failFast = true
    }
    parallel(branches)
}

/* ---- matrix: the first axis varies fastest */

def matrixCells(s) {
    def kept = []
    for (cell in product(s.matrix.axes)) {
        if (!s.matrix.excludes.any { excluded(cell, it) }) {
            kept.add(cellStage(s, cell))
        }
    }
    return kept
}

def product(axes) {
    def cells = [[:]]
    for (axis in axes.reverse()) {
        def more = []
        for (cell in cells) {
            for (v in axis[1]) {
                def c = [:]
                c[axis[0]] = v
                c.putAll(cell)
                more.add(c)
            }
        }
        cells = more
    }
    return cells
}

def excluded(cell, exclude) {
    return exclude.every { axis -> axis[2] ? !axis[1].contains(cell[axis[0]]) : axis[1].contains(cell[axis[0]]) }
}

def cellStage(s, cell) {
    def stage = [:]
    stage.putAll(s.matrix.on)
    stage.name = 'Matrix - ' + cell.collect { k, v -> "${k} = '${v}'" }.join(', ')
    stage.cell = cell
    stage.stages = s.matrix.stages
    return stage
}

def withCell(cell, Closure body) {
    if (!cell) {
        return body.call()
    }
    return withEnv(cell.collect { k, v -> "${k}=${v}".toString() }) { body.call() }
}

/* ---- directives */

def option(options, String name) {
    return options?.find { it.name == name }
}

/* The options that are block steps, the first one outermost. */
def wrapped(options, root, Closure body) {
    def blocks = options?.findAll { it.block }
    if (!blocks) {
        return body.call()
    }
    Closure all = body
    for (o in blocks.reverse()) {
        def inner = o.name == 'retry' ? forgiving(all) : all
        def current = o
        all = { -> __invoke(current.name, current.args.call(), { -> inner.call() }) }
    }
    return all.call()
}

/* What the error of an attempt meant goes with it, so that a stage with a post section may be retried like one without;
 * what catchError or a script set stays, as RetryStep clears nothing. */
def forgiving(Closure body) {
    int attempts = 0
    return { ->
        if (attempts++ > 0) {
            __retry()
        }
        body.call()
    }
}

def whenAllows(root, s, String flag, Closure body) {
    def w = s.when
    if (!w || whenFlag(w) != flag) {
        return body.call()
    }
    if (w.conditions.every { condition(it) }) {
        return body.call()
    }
    skipStage(root, s, 'when conditional')
    return null
}

/* Where the conditions are evaluated: options win over input, input over agent. */
def whenFlag(w) {
    return w.beforeOptions ? 'beforeOptions' : w.beforeInput ? 'beforeInput' : w.beforeAgent ? 'beforeAgent' : null
}

def condition(c) {
    switch (c.kind) {
        case 'not': return !condition(c.children[0])
        case 'allOf': return c.children.every { condition(it) }
        case 'anyOf': return c.children.any { condition(it) }
        case 'expression':
            def v = c.body.call()
            return v ? true : false
        case 'equals':
            def args = c.args.call()
            return args.expected == args.actual
        default: return __when(c.kind, c.args.call())
    }
}

def withInput(s, Closure body) {
    if (!s.input) {
        return body.call()
    }
    def args = s.input.args.call()
    args.id = args.id ?: __digest('MD5', s.name)
    args.parameters = s.input.parameters.collect { __parameter(it[0], it[1].call()) }
    def answer = input(args)
    if (answer == null) {
        return body.call()
    }
    def vars
    if (answer instanceof Map) {
        vars = answer.collect { k, v -> "${k}=${v}".toString() }
    } else {
        def name = args.parameters ? args.parameters[0].name : args.submitterParameter
        vars = ["${name}=${answer}".toString()]
    }
    return withEnv(vars) { body.call() }
}

def withLibraries(libraries, Closure body) {
    for (l in libraries) {
        library(l.call())
    }
    return body.call()
}

/* Credentials first, then the variables in the order of their references (lower.c sorted them). */
def withEnvironment(entries, Closure body) {
    if (!entries) {
        return body.call()
    }
    def credentials = entries.findAll { it[2] }
    def plain = entries.findAll { !it[2] }
    Closure inner = { ->
        def vars = __collectEnvironment { -> plain.each { evaluate(it) } }
        vars ? withEnv(vars) { body.call() } : body.call()
    }
    if (!credentials) {
        return inner.call()
    }
    def bindings = []
    __collectEnvironment { ->
        plain.each { if (it[3]) { evaluate(it) } }
        credentials.each { bindings.add([$class: 'EnvironmentBinding', variable: it[0], credentialsId: it[1].call()]) }
    }
    return withCredentials(bindings) { inner.call() }
}

def evaluate(entry) {
    def v
    try {
        v = entry[1].call()
    } catch (NullPointerException e) {
        throw new IllegalArgumentException("One or more variables have some issues with their values: ${entry[0]}")
    }
    __addEnvironment(entry[0], v)
}

/* Tools are for an agent: those of the root, or of a stage, without one are ignored. With tools of its own a stage gets
 * those of such a root, too [Tools.mergeToolEntries]. */
def toolsOf(root, s) {
    if (!(s ?: root).tools || !__hasNode()) {
        return null
    }
    if (s == null || !root.tools || !isNone(root.agent)) {
        return (s ?: root).tools
    }
    return root.tools.findAll { r -> !s.tools.any { it[0] == r[0] } } + s.tools
}

def isNone(agent) {
    return agent == null || agent.kind == 'none'
}

def withTools(tools, boolean atRoot, Closure body) {
    if (!tools) {
        return body.call()
    }
    def vars = []
    Closure install = { ->
        for (t in tools) {
            String name = t[1].call()
            tool(name: name, type: t[0])
            vars.addAll(envVarsForTool(toolId: t[0], toolVersion: name))
        }
    }
    if (atRoot) {
        stage('Declarative: Tool Install') { install.call() }
    } else {
        install.call()
    }
    return withEnv(vars) { body.call() }
}

/* ---- agents */

def inAgent(agent, root, s, Closure body) {
    if (isNone(agent)) {
        return s != null && agent == null && root.perStage ? root.perStage.call(body) : body.call()
    }
    def args = agent.args.call()
    Closure inside = { -> afterCheckout(args, root, s, body) }
    Closure located = inside
    if (args.customWorkspace) {
        located = { -> ws(args.customWorkspace) { inside.call() } }
    }
    switch (agent.kind) {
        case 'any': return node { inside.call() }
        case 'label':
        case 'node':
            return attempts(args.retries) { node(args.label?.toString()) { located.call() } }
        case 'docker':
        case 'dockerfile':
            return inImage(agent.kind, args, root, s, body)
        default:
            return inPod(args, root, s, body)
    }
}

/* A pod of its own [kubernetes-plugin: KubernetesDeclarativeAgentScript]: the checkout is done before the default
 * container is entered. */
def inPod(args, root, s, Closure body) {
    if (args.yamlFile) {
        args.yaml = readTrusted(args.yamlFile.toString())
    }
    if (args.label) {
        echo '[WARNING] label option is deprecated. To use a static pod template, use the \'inheritFrom\' option.'
    }
    if (args.containerTemplate) {
        echo '[WARNING] containerTemplate option is deprecated, use yaml syntax to define containers.'
    }
    def ours = ['yamlFile', 'customWorkspace', 'defaultContainer', 'retries', 'containerTemplate', 'containerTemplates']
    def template = args.findAll { k, v -> !ours.contains(k) && v != null }
    template.inheritFrom = args.inheritFrom ?: ''
    template.containers = (args.containers ?: []) + (args.containerTemplates ?: []) +
        (args.containerTemplate ? [args.containerTemplate] : [])
    Closure inside = { -> args.defaultContainer ? container(args.defaultContainer.toString()) { body.call() } : body.call() }
    Closure checkedOut = { -> afterCheckout(args, root, s, inside) }
    return podTemplate(template) {
        Closure once = { ->
            node(args.label?.toString() ?: env.POD_LABEL) {
                args.customWorkspace ? ws(args.customWorkspace.toString()) { checkedOut.call() } : checkedOut.call()
            }
        }
        def again = [kubernetesAgent(handleNonKubernetes: true), nonresumable()]
        args.retries ? retry(count: args.retries, conditions: again) { once.call() } : once.call()
    }
}

/* A container on a node of its own, or with reuseNode on the one around; with newContainerPerStage the root has only
 * the node, and each stage a container there [pipeline-model-definition: AbstractDockerPipelineScript]. */
def inImage(String kind, args, root, s, Closure body) {
    boolean perStage = s == null && option(root.options, 'newContainerPerStage')
    Closure inside = { -> inContainer(kind, args, s == null, body) }
    if (perStage) {
        root.perStage = { Closure stageBody -> inContainer(kind, args, false, stageBody) }
        inside = body
    }
    if (args.reuseNode && env.NODE_NAME) {
        return inside.call()
    }
    Closure checkedOut = { -> afterCheckout(args, root, s) { inside.call() } }
    return node(args.label?.toString()) {
        args.customWorkspace ? ws(args.customWorkspace) { checkedOut.call() } : checkedOut.call()
    }
}

def inContainer(String kind, args, boolean atRoot, Closure body) {
    return withRegistryOf(args) {
        def image = null
        Closure prepare = { -> image = kind == 'docker' ? pulledImage(args) : builtImage(args) }
        atRoot ? stage('Declarative: Agent Setup') { prepare.call() } : prepare.call()
        image.inside(args.args?.toString() ?: '') { body.call() }
    }
}

def withRegistryOf(args, Closure body) {
    if (!args.registryUrl && !args.registryCredentialsId) {
        return body.call()
    }
    return withDockerRegistry(url: args.registryUrl?.toString(), credentialsId: args.registryCredentialsId?.toString()) { body.call() }
}

def pulledImage(args) {
    def image = docker.image(args.image.toString())
    if (args.alwaysPull || dockerInspect(image: image.imageName()) == null) {
        image.pull()
    }
    return image
}

/* Named by what it is made of, so that an unchanged Dockerfile gives the same image again. */
def builtImage(args) {
    String dir = args.dir?.toString() ?: '.'
    String given = args.filename?.toString() ?: 'true' // `dockerfile true` is the short form
    String file = (dir == '.' ? '' : dir + '/') + (given == 'true' ? 'Dockerfile' : given)
    String more = args.additionalBuildArgs?.toString() ?: ''
    if (!fileExists(file)) {
        error "No Dockerfile found at ${file} in repository - failing."
    }
    String name = __digest('SHA-1', "${env.JOB_NAME}\n${readFile(file)}\n${more}".toString())
    dockerBuild(image: name, dir: dir, file: file, args: more)
    return docker.image(name)
}

def attempts(count, Closure body) {
    return count ? retry(count: count, conditions: [agent(), nonresumable()]) { body.call() } : body.call()
}

def afterCheckout(args, root, s, Closure body) {
    boolean skip = !__hasScm() || (s != null && skipsCheckout(s.options, root.options)) || (s == null && skips(root.options))
    if (skip) {
        return withVariables(__dryCheckout(), body)
    }
    def vars
    def subdir = option(s?.options, 'checkoutToSubdirectory') ?: option(root.options, 'checkoutToSubdirectory')
    Closure work = { -> subdir ? dir(subdir.args.call()['']) { checkout(scm) } : checkout(scm) }
    if (s == null) {
        stage('Declarative: Checkout SCM') { vars = work.call() }
    } else {
        vars = work.call()
    }
    return withVariables(vars, body)
}

def withVariables(vars, Closure body) {
    return vars ? withEnv(vars.collect { k, v -> "${k}=${v}".toString() }) { body.call() } : body.call()
}

def skips(options) {
    def o = option(options, 'skipDefaultCheckout')
    return o && o.args.call()[''] != false
}

def skipsCheckout(own, inherited) {
    return option(own, 'skipDefaultCheckout') ? skips(own) : skips(inherited)
}
