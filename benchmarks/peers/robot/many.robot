*** Settings ***
Documentation       The journey as many tests in one file: they share the browser.
Resource            walk.resource
Suite Setup         Start The Browser


*** Test Cases ***
Walk 1
    Walk

Walk 2
    Walk

Walk 3
    Walk

Walk 4
    Walk

Walk 5
    Walk

Walk 6
    Walk

Walk 7
    Walk

Walk 8
    Walk
