"""The same journey in the forms of other tools, each as plain as its own users would write it."""
